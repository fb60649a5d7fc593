//! The virtual printer alone: what it burns, what it answers, and each of its misfortunes.

use super::*;
use crate::encode;
use crate::slip::{self, Fields, Template, render};
use proptest::prelude::*;

const BAUD: u32 = 115_200;

/// The ticket on which independent decoders agree.
const WORKED_TICKET: &[u8] = b"\x1B\x40\x1C\x26\x1B\x61\x01\x1D\x21\x11A012\x0A\x1D\x21\x00\
    \xD2\xB5\xCE\xF1\xA3\xBA\xC9\xE7\xB1\xA3\xD7\xDB\xBA\xCF\x20\xB4\xB0\xBF\xDA3\x0A\x1C\x2E\
    \x1D\x28\x6B\x04\x00\x31\x41\x32\x00\x1D\x28\x6B\x03\x00\x31\x43\x04\x1D\x28\x6B\x03\x00\x31\x45\x31\
    \x1D\x28\x6B\x08\x00\x31\x50\x30A0123\x1D\x28\x6B\x03\x00\x31\x51\x30\x0A\x1B\x64\x03\x1D\x56\x42\x00";

/// Runs to the moment `until`, collecting what the twin says.
fn run(twin: &mut Twin, until: Uptime) -> Vec<u8> {
    let mut said = Vec::new();
    for _ in 0..10_000 {
        match twin.deadline().filter(|at| *at <= until) {
            Some(at) => {
                twin.wake(at);
                while let Some(bytes) = twin.transmit(at) {
                    said.extend(bytes);
                }
            }
            None => {
                twin.wake(until);
                return said;
            }
        }
    }
    panic!("the twin's deadline does not move");
}

fn ask(twin: &mut Twin, now: &mut Uptime, bytes: &[u8]) -> Vec<u8> {
    twin.receive(*now, bytes);
    *now = now.plus(Duration::from_secs(3));
    run(twin, *now)
}

#[test]
fn the_worked_ticket_comes_out_as_a_slip() {
    let mut twin = Twin::new(Profile::default(), BAUD);
    let mut now = Uptime::from_millis(5);
    assert_eq!(ask(&mut twin, &mut now, WORKED_TICKET), b"");
    let slip = &twin.papers()[0];
    assert_eq!(slip.text_lines, ["A012", "业务：社保综合 窗口3"]);
    assert_eq!(slip.qr, ["A0123"]);
    assert_eq!(slip.bytes, WORKED_TICKET);
    assert!(slip.cut);
    // 12 mm before, 48 + 30 rows of text, 21 modules of 4, a line feed and three: 12 mm + 282 rows.
    assert_eq!(slip.raster.height, 96 + 48 + 30 + 84 + 30 + 90);
    assert_eq!((twin.papers().len(), twin.noise()), (1, 0));
}

#[test]
fn status_bytes_are_those_seen_from_an_independent_simulator() {
    let all = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04";
    let cases: &[(Misfortune, &[u8], &[u8])] = &[
        (Misfortune::PaperLow, b"\x12\x12\x12\x1E", b"\x03"),
        (Misfortune::PaperOut, b"\x1A\x32\x12\x7E", b""),
        (Misfortune::CoverOpen, b"\x1A\x16\x12\x12", b""),
        (Misfortune::Offline, b"\x1A\x12\x12\x12", b""),
        (Misfortune::Silent, b"", b""),
        (Misfortune::SilentOnce, b"\x12\x12\x12", b"\x00"),
        (Misfortune::Late(500), b"\x12\x12\x12\x12", b"\x00"),
    ];
    for (misfortune, real_time, in_turn) in cases {
        let mut twin = Twin::new(Profile::default(), BAUD);
        let mut now = Uptime::default();
        assert_eq!(ask(&mut twin, &mut now, all), b"\x12\x12\x12\x12");
        assert_eq!(ask(&mut twin, &mut now, b"\x1Dr\x01"), b"\x00");
        twin.misfortune(now, *misfortune);
        assert_eq!(ask(&mut twin, &mut now, all), *real_time, "{misfortune:?}");
        assert_eq!(ask(&mut twin, &mut now, b"\x1Dr\x01"), *in_turn, "{misfortune:?}");
        twin.calm(now);
        now = now.plus(Duration::from_secs(1));
        run(&mut twin, now);
        assert_eq!(ask(&mut twin, &mut now, all), b"\x12\x12\x12\x12");
    }
}

#[test]
fn automatic_status_comes_at_once_and_on_each_change() {
    let mut twin = Twin::new(Profile::default(), BAUD);
    let mut now = Uptime::default();
    assert_eq!(ask(&mut twin, &mut now, b"\x1Da\xFF"), b"\x10\x00\x00\x00");
    twin.misfortune(now, Misfortune::PaperLow);
    now = now.plus(Duration::from_secs(1));
    assert_eq!(run(&mut twin, now), b"\x10\x00\x03\x00");
    assert_eq!(ask(&mut twin, &mut now, b"\x1Da\x00"), b"");
    twin.misfortune(now, Misfortune::CoverOpen);
    now = now.plus(Duration::from_secs(1));
    assert_eq!(run(&mut twin, now), b"");
}

#[test]
fn a_new_roll_gets_the_rest_of_the_slip() {
    let mut twin = Twin::new(Profile::default(), BAUD);
    let mut now = Uptime::default();
    twin.misfortune(now, Misfortune::PaperOutAfterMm(8));
    assert_eq!(ask(&mut twin, &mut now, &[WORKED_TICKET, b"\x1Dr\x01"].concat()), b"");
    assert!(twin.view().paper_out);
    assert_eq!(twin.view().hanging, ["A012"]);
    twin.calm(now);
    now = now.plus(Duration::from_secs(3));
    assert_eq!(run(&mut twin, now), b"\x00");
    let texts: Vec<_> = twin.papers().iter().map(|p| (p.text_lines.len(), p.qr.len(), p.cut)).collect();
    assert_eq!(texts, [(1, 0, false), (1, 1, true)]);
}

#[test]
fn chinese_is_off_in_a_panel_printer_until_it_is_switched_on() {
    let mut twin = Twin::new(Profile { model: Model::Cashino, ..Profile::default() }, BAUD);
    let mut now = Uptime::default();
    ask(&mut twin, &mut now, b"\x1B@\xD2\xB5\x0A\x1C&\xD2\xB5\x0A\x1DVB\x00");
    assert_eq!(twin.papers()[0].text_lines, ["\u{25A1}\u{25A1}", "业"]);
}

#[test]
fn q8_the_standard_slip_is_legible_on_paper() {
    let fields = slip::tests::fields();
    for (paper, english, name) in [(slip::Paper::Mm58, false, "58"), (slip::Paper::Mm80, true, "80")] {
        let profile = Profile { paper, ..Profile::default() };
        let fields = Fields { english, reprint: english, ..fields.clone() };
        let slip = render(&Template::standard(), &fields);
        let encoded = encode(&slip, &profile);
        assert_eq!(encoded.replaced, 0);
        let mut twin = Twin::new(profile, BAUD);
        let mut now = Uptime::default();
        ask(&mut twin, &mut now, &encoded.bytes);
        let piece = &twin.papers()[0];
        assert!(piece.text_lines.iter().any(|line| line == "A023"));
        assert_eq!(piece.qr, ["http://10.0.0.5/t/7Kq2"]);
        assert_eq!(twin.noise(), 0);
        if let Ok(folder) = std::env::var("SLIP_PICTURES") {
            use std::io::Write;
            let path = std::path::Path::new(&folder).join(format!("slip-{name}.png"));
            #[expect(clippy::disallowed_methods, reason = "a developer asked to look at the paper")]
            std::fs::File::create(path).unwrap().write_all(&piece.png()).unwrap();
        }
        // The widest row of the big number is inked, and nothing touches the edges.
        assert!(piece.raster.bits.iter().map(|byte| byte.count_ones()).sum::<u32>() > 10_000);
    }
}

proptest! {
    // Drawing glyphs of noise is slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn noise_never_panics(
        chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..12),
        misfortune in any::<prop::sample::Index>(),
    ) {
        let all = [Misfortune::PaperOut, Misfortune::CutterJam, Misfortune::Reset, Misfortune::PaperOutAfterMm(3)];
        let mut twin = Twin::new(Profile::default(), 9600);
        let mut now = Uptime::default();
        for (index, chunk) in chunks.iter().enumerate() {
            if index == 4 {
                twin.misfortune(now, *misfortune.get(&all));
            }
            ask(&mut twin, &mut now, chunk);
        }
        twin.calm(now);
    }

    #[test]
    fn any_split_prints_the_same(cuts in proptest::collection::vec(0usize..120, 0..6)) {
        let mut twin = Twin::new(Profile::default(), BAUD);
        let mut now = Uptime::default();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % WORKED_TICKET.len()).collect();
        cuts.push(WORKED_TICKET.len());
        cuts.sort_unstable();
        let mut from = 0;
        for cut in cuts {
            ask(&mut twin, &mut now, &WORKED_TICKET[from..cut]);
            from = cut;
        }
        prop_assert_eq!(&twin.papers()[0].bytes, &WORKED_TICKET);
        prop_assert_eq!(twin.papers().len(), 1);
    }
}
