//! The bus against written-down lines. Policy under test: acknowledge always, tell once, never let one unit hold up another.

use super::pending::MAX_TRIES;
use super::*;
use crate::ff68::codec::{EVENT, PROMPT_DATA};
use proptest::prelude::*;

const CALL: u8 = 0x0C;

fn key(address: u8, key: u8) -> Frame {
    Frame::new(address, EVENT, [key])
}

fn show(address: u8, ticket: u8) -> Frame {
    Frame::new(address, SHOW, [0x0A, 0x0A, 0x0A, 0, 0, ticket])
}

fn prompt(address: u8) -> Frame {
    Frame::new(address, EVENT, [PROMPT_DATA])
}

fn at(ms: u64) -> Uptime {
    Uptime::from_millis(ms)
}

fn open_bus() -> Bus {
    let mut bus = Bus::new(9600);
    bus.handle(at(0), BusInput::Opened);
    bus
}

fn drain(bus: &mut Bus) -> Vec<BusOutput> {
    std::iter::from_fn(|| bus.poll()).collect()
}

/// A frame comes in at `ms`; what the bus does.
fn hear(bus: &mut Bus, ms: u64, frame: Frame) -> Vec<BusOutput> {
    bus.handle(at(ms), BusInput::Bytes(&encode(&frame)));
    drain(bus)
}

fn write(frame: Frame) -> BusOutput {
    BusOutput::Write(encode(&frame))
}

/// Wakes the bus at each of its deadlines up to `until`; what it did and when.
fn run(bus: &mut Bus, until: u64) -> Vec<(u64, BusOutput)> {
    let mut done = Vec::new();
    while let Some(due) = bus.deadline().filter(|due| *due <= at(until)) {
        bus.handle(due, BusInput::Wake);
        assert!(bus.deadline().is_none_or(|next| next > due), "a deadline must move on");
        done.extend(drain(bus).into_iter().map(|output| (due.0.as_millis() as u64, output)));
    }
    done
}

#[test]
fn a_press_is_acknowledged_and_told_once_and_its_repeats_are_acknowledged_only() {
    let mut bus = open_bus();
    let call = key(5, CALL);
    assert_eq!(hear(&mut bus, 1000, call), [write(call), BusOutput::Arrived(call)]);
    for repeat in 1..10 {
        assert_eq!(hear(&mut bus, 1000 + 200 * repeat, call), [write(call)]);
    }
    assert_eq!(hear(&mut bus, 1000 + 1800 + 500, call), [write(call), BusOutput::Arrived(call)]);
}

#[test]
fn a_button_is_acknowledged_with_command_01() {
    let mut bus = open_bus();
    let button = Frame::new(5, PAD_BUTTON, [2]);
    assert_eq!(hear(&mut bus, 0, button), [write(Frame::new(5, EVENT, [2])), BusOutput::Arrived(button)]);
}

#[test]
fn an_acknowledgement_that_comes_back_is_not_acknowledged_again() {
    let mut bus = open_bus();
    let evaluate = prompt(5);
    assert_eq!(hear(&mut bus, 0, evaluate).len(), 2);
    // The pad at this address takes our acknowledgement of the key for a prompt, and acknowledges that.
    assert_eq!(hear(&mut bus, 30, evaluate), []);
    assert_eq!(hear(&mut bus, 200, evaluate), [write(evaluate)]);
}

#[test]
fn a_digit_counts_again_sooner_than_a_key() {
    let mut bus = open_bus();
    let one = key(5, 1);
    assert_eq!(hear(&mut bus, 0, one).len(), 2);
    assert_eq!(hear(&mut bus, 200, one), [write(one)]);
    assert_eq!(hear(&mut bus, 500, one), [write(one), BusOutput::Arrived(one)]);
}

#[test]
fn another_key_between_ends_the_comparison() {
    let mut bus = open_bus();
    for (ms, pressed) in [(0, 1), (120, 2), (240, 1), (360, 0x0F)] {
        assert!(hear(&mut bus, ms, key(5, pressed)).contains(&BusOutput::Arrived(key(5, pressed))), "{ms}");
    }
    // The pad and the keypads of other windows are compared on their own.
    assert_eq!(hear(&mut bus, 400, Frame::new(5, PAD_BUTTON, [1])).len(), 2);
    assert_eq!(hear(&mut bus, 420, key(6, 0x0F)).len(), 2);
    assert_eq!(hear(&mut bus, 560, key(5, 0x0F)), [write(key(5, 0x0F))]);
}

#[test]
fn a_frame_is_delivered_when_its_echo_comes() {
    let mut bus = open_bus();
    bus.handle(at(0), BusInput::Send(show(5, 12)));
    assert_eq!(drain(&mut bus), [write(show(5, 12))]);
    assert_eq!(hear(&mut bus, 40, show(5, 12)), [BusOutput::Delivered(show(5, 12))]);
    // A late or doubled echo is nothing.
    assert_eq!(hear(&mut bus, 60, show(5, 12)), []);
    assert_eq!(run(&mut bus, 60_000), []);
}

#[test]
fn an_unanswering_unit_is_a_fault_once_then_probed_and_over_when_it_answers() {
    let mut bus = open_bus();
    bus.handle(at(0), BusInput::Send(show(5, 12)));
    let mut done: Vec<_> = drain(&mut bus).into_iter().map(|output| (0, output)).collect();
    done.extend(run(&mut bus, 12_000));
    let fault = BusOutput::Unanswered { address: 5, part: Part::Keypad, tried: MAX_TRIES };
    let faults: Vec<_> = done.iter().filter(|(_, output)| *output == fault).collect();
    assert_eq!(faults.len(), 1, "{done:?}");
    let writes: Vec<u64> = done.iter().filter(|(_, o)| *o == write(show(5, 12))).map(|(ms, _)| *ms).collect();
    assert_eq!(writes, [0, 315, 631, 946, 6262, 11578]);

    // What should be shown changes meanwhile; a beep is for nobody.
    bus.handle(at(12_000), BusInput::Send(show(5, 13)));
    bus.handle(at(12_000), BusInput::Send(Frame::new(5, BEEP, [])));
    assert_eq!(drain(&mut bus), []);
    assert_eq!(run(&mut bus, 17_000), [(16_893, write(show(5, 13)))]);
    assert_eq!(
        hear(&mut bus, 17_000, show(5, 13)),
        [BusOutput::Delivered(show(5, 13)), BusOutput::Answering { address: 5, part: Part::Keypad }]
    );
    assert_eq!(run(&mut bus, 60_000), []);
}

#[test]
fn a_silent_unit_that_speaks_is_probed_at_once() {
    let mut bus = open_bus();
    bus.handle(at(0), BusInput::Send(show(5, 12)));
    run(&mut bus, 2000);
    drain(&mut bus);
    assert_eq!(hear(&mut bus, 2000, key(5, CALL)).len(), 2);
    assert_eq!(run(&mut bus, 2100), [(2010, write(show(5, 12)))]);
}

#[test]
fn a_pad_fails_apart_and_is_never_prompted_as_a_probe() {
    let mut bus = open_bus();
    bus.handle(at(0), BusInput::Send(prompt(5)));
    let done = run(&mut bus, 60_000);
    let fault = BusOutput::Unanswered { address: 5, part: Part::Pad, tried: MAX_TRIES };
    assert_eq!(done.iter().filter(|(_, output)| *output == fault).count(), 1);
    assert!(done.last().is_some_and(|(ms, _)| *ms < 2000), "{done:?}");
    drain(&mut bus);
    bus.handle(at(60_000), BusInput::Send(prompt(5)));
    assert_eq!(drain(&mut bus), [write(prompt(5))]);
    let outputs = hear(&mut bus, 60_040, prompt(5));
    assert!(outputs.contains(&BusOutput::Answering { address: 5, part: Part::Pad }), "{outputs:?}");
}

#[test]
fn the_echo_of_a_prompt_is_no_key_and_the_key_still_gets_through() {
    let mut bus = open_bus();
    bus.handle(at(0), BusInput::Send(prompt(5)));
    drain(&mut bus);
    assert_eq!(hear(&mut bus, 50, prompt(5)), [BusOutput::Delivered(prompt(5))]);
    assert_eq!(hear(&mut bus, 300, prompt(5)), []);
    // The keypad's evaluation key repeats until it is acknowledged.
    assert_eq!(hear(&mut bus, 500, prompt(5)), []);
    assert_eq!(hear(&mut bus, 700, prompt(5)), [write(prompt(5)), BusOutput::Arrived(prompt(5))]);
}

#[test]
fn the_newest_show_is_said_also_by_a_retry() {
    let mut bus = open_bus();
    bus.handle(at(0), BusInput::Send(show(5, 1)));
    drain(&mut bus);
    bus.handle(at(10), BusInput::Send(show(5, 2)));
    bus.handle(at(20), BusInput::Send(show(5, 3)));
    assert_eq!(run(&mut bus, 400), [(315, write(show(5, 3)))]);
    assert_eq!(hear(&mut bus, 420, show(5, 3)), [BusOutput::Delivered(show(5, 3))]);
    assert_eq!(run(&mut bus, 60_000), []);
}

#[test]
fn a_cut_frame_is_noise_soon_and_holds_up_nobody() {
    let mut bus = open_bus();
    let call = encode(&key(5, CALL));
    bus.handle(at(0), BusInput::Bytes(&call[..6]));
    bus.handle(at(0), BusInput::Send(show(6, 1)));
    assert_eq!(drain(&mut bus), [], "somebody is speaking");
    assert_eq!(
        run(&mut bus, 110),
        [(100, BusOutput::Noise { bytes: 6, why: "cut frame" }), (100, write(show(6, 1)))]
    );
}

#[test]
fn noise_in_a_row_is_told_as_one() {
    let mut bus = open_bus();
    let mut bytes = encode(&key(5, CALL));
    bytes[8] ^= 1;
    bytes.extend(encode(&key(5, CALL)));
    bus.handle(at(0), BusInput::Bytes(&bytes));
    let call = key(5, CALL);
    assert_eq!(
        drain(&mut bus),
        [BusOutput::Noise { bytes: 10, why: "checksum" }, write(call), BusOutput::Arrived(call)]
    );
}

#[test]
fn a_closed_line_keeps_what_should_be_shown_and_drops_what_should_have_been_heard() {
    let mut bus = Bus::new(9600);
    for frame in [show(5, 1), Frame::new(5, BEEP, []), prompt(5), Frame::new(5, SHOW, [3])] {
        bus.handle(at(0), BusInput::Send(frame));
    }
    assert_eq!((drain(&mut bus), bus.deadline()), (vec![], None));
    bus.handle(at(10), BusInput::Opened);
    assert_eq!(drain(&mut bus), [write(show(5, 1))]);
    bus.handle(at(20), BusInput::Closed);
    assert_eq!((hear(&mut bus, 30, show(5, 1)), bus.deadline()), (vec![], None));
    bus.handle(at(40), BusInput::Opened);
    assert_eq!(drain(&mut bus), [write(show(5, 1))]);
    assert_eq!(hear(&mut bus, 60, show(5, 1)).len(), 2);
}

/// 29 units answer after 5 ms, one never does; each is given something new to show every 3 s.
#[test]
fn a_silent_unit_never_holds_up_the_others() {
    let mut bus = open_bus();
    let mut asked = BTreeMap::new();
    let mut answers: VecDeque<(Uptime, Vec<u8>)> = VecDeque::new();
    let mut slowest = Duration::ZERO;
    let mut delivered = 0;
    for round in 0..20u64 {
        let begin = at(round * 3000);
        for address in 1..=30 {
            asked.insert(address, begin);
            bus.handle(begin, BusInput::Send(show(address, round as u8)));
        }
        let mut now = begin;
        loop {
            for output in drain(&mut bus) {
                match output {
                    BusOutput::Write(bytes) if bytes[5] != 1 => {
                        let answer = now.plus(time_for(2 * bytes.len(), 9600) + Duration::from_millis(5));
                        answers.push_back((answer, bytes));
                    }
                    BusOutput::Delivered(frame) => {
                        delivered += 1;
                        slowest = slowest.max(now.since(asked[&frame.address]));
                    }
                    _ => {}
                }
            }
            let due = earliest(bus.deadline(), answers.front().map(|(due, _)| *due));
            let Some(due) = due.filter(|due| *due < at((round + 1) * 3000)) else { break };
            now = due;
            match answers.pop_front_if(|(due, _)| *due <= now) {
                Some((_, bytes)) => bus.handle(now, BusInput::Bytes(&bytes)),
                None => bus.handle(now, BusInput::Wake),
            }
        }
    }
    assert_eq!(delivered, 29 * 20);
    // 29 exchanges of 34 ms, and at most four tries of 70 ms that nobody answers.
    assert!(slowest < Duration::from_millis(29 * 35 + 4 * 70), "{slowest:?}");
}

proptest! {
    #[test]
    fn any_split_of_the_bytes_tells_the_same(
        keys in proptest::collection::vec((1u8..5, 0u8..0x14), 1..20),
        mut cuts in proptest::collection::vec(0usize..200, 0..20),
    ) {
        let stream: Vec<u8> = keys.iter().flat_map(|(address, k)| encode(&key(*address, *k))).collect();
        let mut whole = open_bus();
        whole.handle(at(1), BusInput::Bytes(&stream));
        let mut split = open_bus();
        cuts.sort_unstable();
        cuts.push(stream.len());
        let mut from = 0;
        for cut in cuts {
            let to = cut.clamp(from, stream.len());
            split.handle(at(1), BusInput::Bytes(&stream[from..to]));
            from = to;
        }
        prop_assert_eq!(drain(&mut split), drain(&mut whole));
    }

    #[test]
    fn whatever_happens_the_deadline_moves_on(
        steps in proptest::collection::vec((0u64..400, 0u8..7, any::<u8>(), proptest::collection::vec(any::<u8>(), 0..40)), 1..60),
    ) {
        let mut bus = open_bus();
        let mut now = 0;
        for (ms, what, address, bytes) in steps {
            now += ms;
            match what {
                0 => bus.handle(at(now), BusInput::Bytes(&bytes)),
                1 => bus.handle(at(now), BusInput::Bytes(&encode(&key(address % 4, address % 20)))),
                2 => bus.handle(at(now), BusInput::Send(show(address % 4, 1))),
                3 => bus.handle(at(now), BusInput::Send(prompt(address % 4))),
                4 => bus.handle(at(now), BusInput::Wake),
                5 if address < 40 => bus.handle(at(now), BusInput::Closed),
                _ => bus.handle(at(now), BusInput::Opened),
            }
            prop_assert!(bus.deadline().is_none_or(|due| due > at(now)));
            drain(&mut bus);
        }
    }
}
