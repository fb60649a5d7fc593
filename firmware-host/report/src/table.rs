//! Tables as every output draws them: heads, and rows of cells that know what they are.

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name in file names and addresses, ASCII.
    pub id: &'static str,
    /// Chinese title.
    pub title: &'static str,
    /// Heads of the columns, with units.
    pub heads: Vec<String>,
    /// How many columns at the left say what the row is.
    pub n_keys: usize,
    /// One cell for each head.
    pub rows: Vec<Vec<Cell>>,
    /// Whether the last row is the sum of those above.
    pub has_total: bool,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words, a code, a name: never a formula, whatever it begins with.
    Text(String),
    /// How many.
    Count(u64),
    /// A duration in seconds, shown in minutes.
    Minutes(i64),
    /// A share; of nothing there is none.
    Share(u64, u64),
    /// Nothing to be said, such as the mean of no waits.
    Blank,
}

impl Cell {
    /// A duration of which there may be none.
    pub fn minutes_if(n: u64, seconds: i64) -> Cell {
        if n == 0 { Cell::Blank } else { Cell::Minutes(seconds) }
    }

    /// Minutes with one decimal, half a tenth rounded up; exact, so that every output rounds the same.
    pub fn tenths(seconds: i64) -> String {
        let tenths = seconds.saturating_mul(10).saturating_add(30).div_euclid(60);
        let sign = if tenths < 0 { "-" } else { "" };
        format!("{sign}{}.{}", (tenths / 10).abs(), (tenths % 10).abs())
    }

    /// Percent with one decimal; `None` of nothing.
    pub fn percent(part: u64, of: u64) -> Option<String> {
        let tenths = (u128::from(part) * 2000 + u128::from(of)).checked_div(u128::from(of) * 2)?;
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => grouped(*count),
            Cell::Minutes(seconds) => with_thousands(&Cell::tenths(*seconds)),
            Cell::Share(part, of) => {
                Cell::percent(*part, *of).map_or_else(|| "–".to_owned(), |percent| percent + "%")
            }
            Cell::Blank => "–".to_owned(),
        }
    }

    /// Whether it stands at the left of its column.
    pub fn is_text(&self) -> bool {
        matches!(self, Cell::Text(_))
    }
}

/// A decimal number with its thousands set apart.
fn with_thousands(decimal: &str) -> String {
    match decimal.split_once('.').map(|(whole, rest)| (whole.parse().map(grouped), rest)) {
        Some((Ok(whole), rest)) => format!("{whole}.{rest}"),
        _ => decimal.to_owned(),
    }
}

/// A number with its thousands set apart.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_rounded_once_and_the_same_everywhere() {
        for (seconds, shown) in [(0, "0.0"), (3, "0.1"), (2, "0.0"), (62, "1.0"), (63, "1.1"), (3599, "60.0")]
        {
            assert_eq!(Cell::tenths(seconds), shown);
        }
        for (part, of, shown) in
            [(1, 3, "33.3"), (2, 3, "66.7"), (1, 2000, "0.1"), (7, 7, "100.0"), (0, 5, "0.0")]
        {
            assert_eq!(Cell::percent(part, of).unwrap(), shown, "{part} of {of}");
        }
        assert_eq!(Cell::Share(0, 0).shown(), "–");
        assert_eq!(Cell::Minutes(2_100_498).shown(), "35,008.3");
        assert_eq!(Cell::Minutes(-90).shown(), "-1.5");
        assert_eq!(["999", "1,000", "1,234,567"], [999, 1000, 1_234_567].map(grouped)[..]);
    }
}
