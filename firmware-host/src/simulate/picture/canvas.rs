//! SVG as text: a few shapes, and scales from seconds and numbers to places on the paper.

use std::fmt::Write;

/// Words and axes.
pub(super) const INK: &str = "#222222";
/// Grids.
pub(super) const QUIET: &str = "#d9d9d9";
/// Times without numbers.
pub(super) const PALE: &str = "#f1f1f1";

/// A picture being drawn.
pub(super) struct Canvas {
    out: String,
}

impl Canvas {
    pub(super) fn new(width: f64, height: f64) -> Self {
        let mut canvas = Canvas { out: String::new() };
        canvas.add(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"'Noto Sans','DejaVu Sans',Arial,sans-serif\" fill=\"{INK}\">"
        ));
        canvas.add("<style>.title{font-size:18px;font-weight:bold}.label{font-size:13px}.tick{font-size:11.5px}</style>");
        canvas.area(0.0, 0.0, width, height, "#ffffff");
        canvas
    }

    pub(super) fn add(&mut self, element: &str) {
        self.out.push_str(element);
        self.out.push('\n');
    }

    pub(super) fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }

    /// A filled rectangle between two corners.
    pub(super) fn area(&mut self, left: f64, top: f64, right: f64, bottom: f64, fill: &str) {
        let (width, height) = (right - left, bottom - top);
        self.add(&format!(
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{fill}\"/>"
        ));
    }

    /// A line; `dashes` as SVG wants them, empty for none.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, width: f64, dashes: &str) {
        let dashes =
            if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
        self.add(&format!(
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}/>",
            from.0, from.1, to.0, to.1
        ));
    }

    /// Words; `class` is title, label or tick, `anchor` start, middle or end.
    pub(super) fn text(&mut self, x: f64, y: f64, class: &str, anchor: &str, words: &str) {
        let words = escaped(words);
        self.add(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{words}</text>"
        ));
    }

    /// Words from below upwards, around a point.
    pub(super) fn upright(&mut self, x: f64, y: f64, words: &str) {
        let words = escaped(words);
        self.add(&format!(
            "<text transform=\"translate({x:.1} {y:.1}) rotate(-90)\" class=\"label\" text-anchor=\"middle\">{words}</text>"
        ));
    }
}

/// A plot on the paper.
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    /// First and last second.
    pub(super) span: (i64, i64),
    /// The number at its top.
    pub(super) most: f64,
}

impl Plot {
    pub(super) fn x(&self, second: i64) -> f64 {
        let (from, to) = self.span;
        self.left + (second - from) as f64 / (to - from).max(1) as f64 * self.width
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        self.top + self.height * (1.0 - value / self.most)
    }

    /// An area between two rows of numbers, one a step of time, that changes in steps as counts do.
    pub(super) fn steps(&self, step_s: i64, below: &[f64], above: &[f64]) -> String {
        let mut path = String::new();
        let mut edge = |values: &[f64], forward: bool| {
            let places = values.iter().enumerate().map(|(i, &value)| {
                let at = self.span.0 + i as i64 * step_s;
                (self.x(at), self.x((at + step_s).min(self.span.1)), self.y(value))
            });
            let mut corners: Vec<(f64, f64)> = Vec::new();
            for (left, right, y) in places {
                match corners.last_mut() {
                    // The level stays: the line only becomes longer.
                    Some((x, level)) if (*level - y).abs() < 1e-9 => *x = right,
                    _ => corners.extend([(left, y), (right, y)]),
                }
            }
            if !forward {
                corners.reverse();
            }
            for (x, y) in corners {
                let command = if path.is_empty() { 'M' } else { 'L' };
                write!(path, "{command}{x:.1} {y:.1}").ok();
            }
        };
        edge(above, true);
        edge(below, false);
        path.push('Z');
        path
    }
}

/// Distance of the grid's lines for a plot that reaches this far.
pub(super) fn step(most: f64) -> f64 {
    const STEPS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0];
    let few = |step: &&f64| most / **step <= 8.0;
    STEPS.iter().find(few).copied().unwrap_or_else(|| (most / 8.0).ceil())
}

/// The next line of the grid at or above a number.
pub(super) fn ceiling(number: f64) -> f64 {
    let step = step(number);
    (number / step).ceil() * step
}

/// Words that may stand in XML.
pub(super) fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0, 2.2: control characters and the two that are no characters may not stand in it, not even escaped.
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}
