"""Judges identity numbers by `stdnum.cn.ric`. Started by identity.sh with the path of the example program.

The two may differ in three ways, all on purpose; anything else fails:

* region: stdnum knows the region codes of GB/T 2260 by place and year of birth, from an encyclopedia's list. We do not look
  at them. The list has gaps, codes are given up and split every year, and foreigners (9) and permit holders (81, 82, 83) have
  prefixes of their own: a wrong list would turn away citizens. Such numbers are held against stdnum's other two checks.
* future: stdnum believes a birth date after today. We do not.
* long ago: stdnum believes a birth date in any year from 1 on. We do not beyond 130 years.
"""

import datetime
import random
import subprocess
import sys
from collections import Counter

from processes import Failed, check
from stdnum import numdb
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent, InvalidLength, ValidationError

NUMBERS = 60_000
SEED = 11643
# A leap day, so that ages of people born on one are judged as well.
TODAY = datetime.date(2028, 2, 29)
OLDEST = 130
# What people type besides digits. The full-width X, which only we read, is left to our own tests.
ODD = "xXOoIl一〇 ０１９-*"


def known_regions(dice):
    """Codes that stdnum knows, found by trying."""
    known, places = [], numdb.get("cn/loc")
    while len(known) < 400:
        code = f"{dice.randrange(11, 66)}{dice.randrange(0, 30):02}{dice.randrange(0, 40):02}"
        if any("county" in properties for _, properties in places.info(code)):
            known.append(code)
    return known


def day(dice):
    """Mostly days of living people; some impossible, some in the future, some long ago."""
    kind = dice.random()
    if kind < 0.06:
        return f"{dice.randrange(1900, 2028)}{dice.randrange(0, 15):02}{dice.randrange(0, 34):02}"
    if kind < 0.12:
        return f"{dice.choice([1896, 1900, 1904, 1999, 2000, 2023, 2024])}0229"
    if kind < 0.16:
        return (TODAY + datetime.timedelta(days=dice.randrange(-3, 4))).strftime("%Y%m%d")
    if kind < 0.20:
        return f"{dice.randrange(0, 10000):04}{dice.randrange(1, 13):02}{dice.randrange(1, 29):02}"
    if kind < 0.24:
        return f"{TODAY.year - OLDEST - dice.randrange(0, 3):04}{dice.choice(['0228', '0301', '1231'])}"
    return (TODAY - datetime.timedelta(days=dice.randrange(0, 110 * 365))).strftime("%Y%m%d")


def damaged(number, dice):
    place = dice.randrange(len(number))
    kind = dice.randrange(6)
    if kind == 0:
        return number[:place] + dice.choice("0123456789X") + number[place + 1 :]
    if kind == 1:
        other = (place + 1) % len(number)
        swapped = list(number)
        swapped[place], swapped[other] = swapped[other], swapped[place]
        return "".join(swapped)
    if kind == 2:
        return number[:place] + number[place + 1 :]
    if kind == 3:
        return number[:place] + dice.choice("0123456789") + number[place:]
    if kind == 4:
        return number[:place] + dice.choice(ODD) + number[place + 1 :]
    return number[:6] + number[8:-1]  # as before 1999: 15 digits


def dressed(number, dice):
    """The same number as somebody else would type it."""
    kind = dice.randrange(5)
    if kind == 0:
        return f" {number.lower()}\u3000"
    if kind == 1:
        return number.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
    return number


def numbers():
    dice = random.Random(SEED)
    regions = known_regions(dice)
    for _ in range(NUMBERS):
        region = dice.choice(regions) if dice.random() < 0.7 else f"{dice.randrange(0, 1_000_000):06}"
        if dice.random() < 0.1:
            region = dice.choice(["810000", "820000", "830000", "911112", "933102"])
        first = f"{region}{day(dice)}{dice.randrange(0, 1000):03}"
        number = first + ric.calc_check_digit(first + "0")
        if dice.random() < 0.4:
            number = damaged(number, dice)
        yield dressed(number, dice)


def age(born):
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


def expected(text):
    """The verdict, and which difference was needed for it."""
    difference = None
    try:
        number = ric.validate(text)
    except InvalidLength:
        return "no length", None
    except (InvalidComponent, KeyError):  # KeyError: stdnum trips over codes of which it knows the province only
        number, difference = ric.compact(text), "region"
        try:
            born = ric.get_birth_date(number)
        except InvalidComponent:
            return "no", None
    except ValidationError:
        return "no", None
    born = ric.get_birth_date(number)
    if born > TODAY:
        return "no future", "future"
    if age(born) > OLDEST:
        return "no long-ago", "long ago"
    return f"ok {born:%Y%m%d} {age(born)}", difference


def main():
    texts = list(numbers())
    told = subprocess.run(
        [sys.argv[1], f"{TODAY:%Y%m%d}"],
        input="\n".join(texts) + "\n",
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    ).stdout.splitlines()
    check(len(told) == len(texts), f"a verdict for each of {len(texts)} lines", len(told))
    differences, verdicts, wrong, whole = Counter(), Counter(), [], 0
    for text, seen in zip(texts, told):
        want, difference = expected(text)
        if not (seen == want or want == "no" and seen.startswith("no ")):
            wrong.append(f"{text!r}: stdnum says {want}, we say {seen}")
        verdicts["ok" if seen.startswith("ok") else seen] += 1
        whole += seen.startswith("ok") and difference is None
        differences[difference] += 1
    print("  verdicts:", ", ".join(f"{what} {n}" for what, n in sorted(verdicts.items())))
    check(not wrong, "each verdict, birth date and age as stdnum's", f"{len(wrong)} others, such as {'; '.join(wrong[:5])}")
    check(whole > 5000, f"{whole} numbers passed every check of both, the region's with them", whole)
    for reason in ("region", "future", "long ago"):
        check(differences[reason] > 100, f"differs on purpose in {differences[reason]} numbers: {reason}")
    for verdict in ("ok", "no length", "no character", "no birth-date", "no future", "no long-ago", "no check-digit"):
        check(verdicts[verdict] > 100, f"there were enough of: {verdict}", verdicts[verdict])


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"FAILED: {failed}")
    print("identity numbers: all as they must be")
