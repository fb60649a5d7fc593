"""Compares every day of three years: does the hall offer appointments exactly when chinesecalendar says people work?"""

import datetime
import subprocess
import sys

import chinese_calendar

FROM, TO = 2024, 2026

told = subprocess.run([sys.argv[1], str(FROM), str(TO)], check=True, capture_output=True, text=True).stdout
days = [line.split() for line in told.splitlines()]
expected = (datetime.date(TO + 1, 1, 1) - datetime.date(FROM, 1, 1)).days
if len(days) != expected:
    sys.exit(f"{len(days)} days told, {expected} expected")
wrong = []
for day, offered in days:
    works = chinese_calendar.is_workday(datetime.date.fromisoformat(day))
    if works != (offered == "1"):
        wrong.append(f"{day}: {'offered' if offered == '1' else 'not offered'}, {'a working day' if works else 'none'}")
if wrong:
    sys.exit("\n".join(wrong))
print(f"{len(days)} days, {sum(offered == '1' for _, offered in days)} of them working days: all as chinesecalendar has them")
