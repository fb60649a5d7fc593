//! A page as a list of shapes and of places to touch, before it becomes pixels.
//!
//! Two scenes that are equal give equal pictures, so that the kiosk knows without drawing whether anything changed, and
//! keeps kilobytes between touches and not megabytes.

use crate::frame::Frame;
use crate::pages::high_contrast;
use crate::text::{self, Fitted};
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle, StyledDrawable, Triangle};
use link::font::Weight;
use std::fmt;

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Fill { area: Rectangle, color: Rgb888 },
    Round { area: Rectangle, radius: u32, color: Rgb888 },
    Triangle { corners: Triangle, color: Rgb888 },
    Line { text: String, at: Point, em: u32, weight: Weight, color: Rgb888 },
}

/// Where a line stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Middle,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub(crate) em: u32,
    pub(crate) weight: Weight,
    pub(crate) color: Rgb888,
    pub(crate) align: Align,
}

impl Type {
    pub(crate) fn regular(em: u32, color: Rgb888) -> Self {
        Type { em, weight: Weight::Regular, color, align: Align::Left }
    }

    pub(crate) fn bold(em: u32, color: Rgb888) -> Self {
        Type { weight: Weight::Bold, ..Type::regular(em, color) }
    }

    pub(crate) fn align(self, align: Align) -> Self {
        Type { align, ..self }
    }
}

/// What a touch does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Language(crate::menu::Language),
    Area(String),
    Department(String),
    Service(String),
    Confirm,
    Back,
    Home,
    /// Shows this page of a list, counted from 0.
    Turn(usize),
    /// The same page in the other language.
    Switch(crate::menu::Language),
    /// Large type on or off.
    Large(bool),
    /// From the start page to the bookings, the revival, the notices.
    Appointment,
    Revival,
    Notices,
    /// From the place for cards and codes to the keys.
    Typing,
    Key(char),
    Erase,
    Clear,
    /// What was typed is all.
    Submit,
    /// This one of the bookings on the page.
    Booking(usize),
    CheckIn,
    /// An ordinary number instead of a booking.
    Ordinary,
    /// No card.
    Skip,
    /// Whether the green channel is wanted.
    Priority(bool),
    Print,
}

/// A place to touch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) area: Rectangle,
    pub(crate) label: String,
    pub(crate) action: Action,
}

/// A page, ready to be drawn and touched.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Scene {
    /// The colours of large type instead of those that are asked for.
    strong: bool,
    shapes: Vec<Shape>,
    pub(crate) targets: Vec<Target>,
    /// Texts that had to be shortened; tests want none with the sample menu.
    pub(crate) cut: Vec<String>,
}

/// Says how much there is and not what: a page may show a booking (rule A9).
impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scene({} shapes, {} targets)", self.shapes.len(), self.targets.len())
    }
}

impl Scene {
    /// An empty page; a `strong` one has the colours of large type.
    pub(crate) fn new(strong: bool) -> Self {
        Scene { strong, ..Scene::default() }
    }

    fn color(&self, color: Rgb888) -> Rgb888 {
        if self.strong { high_contrast(color) } else { color }
    }

    pub(crate) fn fill(&mut self, area: Rectangle, color: Rgb888) {
        self.shapes.push(Shape::Fill { area, color: self.color(color) });
    }

    pub(crate) fn round(&mut self, area: Rectangle, radius: u32, color: Rgb888) {
        self.shapes.push(Shape::Round { area, radius, color: self.color(color) });
    }

    /// A rounded box with a border of `border` pixels.
    pub(crate) fn card(&mut self, area: Rectangle, radius: u32, border: u32, line: Rgb888, inside: Rgb888) {
        self.round(area, radius, line);
        self.round(inset(area, border as i32), radius.saturating_sub(border), inside);
    }

    pub(crate) fn triangle(&mut self, corners: [Point; 3], color: Rgb888) {
        let [a, b, c] = corners;
        self.shapes.push(Shape::Triangle { corners: Triangle::new(a, b, c), color: self.color(color) });
    }

    /// Sets `text` into `area`, vertically in its middle, reduced and broken as needed.
    pub(crate) fn text(&mut self, area: Rectangle, text: &str, look: Type) {
        let (width, height) = (area.size.width, area.size.height);
        let mut fitted = text::fit(text, look.em, look.weight, width, height);
        if look.align == Align::Middle {
            fitted = text::balance(fitted, text, look.weight, width);
        }
        self.lines(area, text, fitted, look);
    }

    /// Like [`Scene::text`], but a sentence of several phrases is broken between them.
    pub(crate) fn sentence(&mut self, area: Rectangle, text: &str, look: Type) {
        let (text, em) = text::phrases(text, look.em, look.weight, area.size.width);
        self.text(area, &text, Type { em, ..look });
    }

    /// Like [`Scene::text`], but rather smaller than on several lines.
    pub(crate) fn line(&mut self, area: Rectangle, text: &str, look: Type) {
        let (width, height) = (area.size.width, area.size.height);
        self.lines(area, text, text::fit_line(text, look.em, look.weight, width, height), look);
    }

    fn lines(&mut self, area: Rectangle, text: &str, fitted: Fitted, look: Type) {
        let color = self.color(look.color);
        let top = area.top_left.y + (area.size.height as i32 - block_height(&fitted) as i32) / 2;
        if fitted.cut {
            self.cut.push(text.to_owned());
        }
        for (n, line) in fitted.lines.into_iter().enumerate() {
            let spare = area.size.width as i32 - text::width(&line, fitted.em, look.weight) as i32;
            let x = match look.align {
                Align::Left => 0,
                Align::Middle => spare / 2,
                Align::Right => spare,
            };
            let y = top + (n as u32 * text::line_height(fitted.em)) as i32;
            let at = Point::new(area.top_left.x + x, y);
            self.shapes.push(Shape::Line { text: line, at, em: fitted.em, weight: look.weight, color });
        }
    }

    pub(crate) fn target(&mut self, area: Rectangle, label: &str, action: Action) {
        self.targets.push(Target { area, label: label.to_owned(), action });
    }

    /// What is touched at `point`; the last target lies on top.
    pub(crate) fn hit(&self, point: Point) -> Option<&Action> {
        self.targets.iter().rev().find(|target| target.area.contains(point)).map(|target| &target.action)
    }

    pub(crate) fn draw(&self, frame: &mut Frame) {
        for shape in &self.shapes {
            match shape {
                Shape::Fill { area, color } => {
                    let Ok(()) = frame.fill_solid(area, *color);
                }
                Shape::Round { area, radius, color } => draw_round(frame, *area, *radius, *color),
                Shape::Triangle { corners, color } => {
                    let Ok(()) = corners.draw_styled(&PrimitiveStyle::with_fill(*color), frame);
                }
                Shape::Line { text, at, em, weight, color } => {
                    let (x, y) = (at.x as f32, at.y as f32);
                    link::font::draw(text, x, y, *em as f32, *weight, |x, y, coverage| {
                        frame.blend(x, y, *color, coverage);
                    });
                }
            }
        }
    }
}

fn block_height(fitted: &Fitted) -> u32 {
    (fitted.lines.len() as u32).saturating_sub(1) * text::line_height(fitted.em) + fitted.em
}

/// `area` made smaller by `by` pixels on each side.
pub(crate) fn inset(area: Rectangle, by: i32) -> Rectangle {
    let twice = (by * 2).max(0) as u32;
    Rectangle::new(area.top_left + Point::new(by, by), area.size.saturating_sub(Size::new(twice, twice)))
}

/// A rounded box with smooth corners; embedded-graphics' own has stairs.
fn draw_round(frame: &mut Frame, area: Rectangle, radius: u32, color: Rgb888) {
    let radius = radius.min(area.size.width / 2).min(area.size.height / 2);
    let (width, height) = (area.size.width, area.size.height);
    let side = Size::new(width, height - 2 * radius);
    let Ok(()) = frame.fill_solid(&Rectangle::new(area.top_left + Point::new(0, radius as i32), side), color);
    let across = Size::new(width - 2 * radius, radius);
    for y in [0, height - radius] {
        let at = area.top_left + Point::new(radius as i32, y as i32);
        let Ok(()) = frame.fill_solid(&Rectangle::new(at, across), color);
    }
    let (left, top) = (area.top_left.x, area.top_left.y);
    let (right, bottom) = (left + width as i32 - 1, top + height as i32 - 1);
    for dy in 0..radius as i32 {
        for dx in 0..radius as i32 {
            let (a, b) = (radius as f32 - dx as f32 - 0.5, radius as f32 - dy as f32 - 0.5);
            let coverage = radius as f32 - (a * a + b * b).sqrt() + 0.5;
            for x in [left + dx, right - dx] {
                for y in [top + dy, bottom - dy] {
                    frame.blend(x, y, color, coverage);
                }
            }
        }
    }
}
