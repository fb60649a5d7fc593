//! Tables as an Excel workbook: one sheet a table, Chinese heads, first row and names frozen, real numbers with formats, widths to
//! fit. Text is written as text, so that a name which begins with `=` is a name.

use crate::columns::tables;
use crate::figures::Figures;
use crate::names::Names;
use crate::table::{Cell, Table};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Narrowest and widest column, in letters.
const WIDTHS: (f64, f64) = (7.0, 34.0);

/// The workbook of a period.
///
/// # Errors
/// [`XlsxError`], if a table is larger than a sheet may be: a million rows.
pub fn xlsx(figures: &Figures, names: &Names) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title = format!("{}统计报表 {}", names.hall, figures.period.words());
    // The same figures are the same bytes: the moment of writing is in none of them.
    let moment = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new().set_title(title).set_author(&names.hall).set_creation_datetime(&moment),
    );
    let formats = Formats::new();
    for table in tables(figures, names) {
        sheet(workbook.add_worksheet(), &table, &formats)?;
    }
    workbook.save_to_buffer()
}

struct Formats {
    head: Format,
    /// Text, counts, minutes, shares; the second of each is that of the total.
    text: [Format; 2],
    count: [Format; 2],
    minutes: [Format; 2],
    share: [Format; 2],
}

impl Formats {
    fn new() -> Formats {
        let of = |number: &str| {
            let plain = Format::new().set_num_format(number);
            let total = plain.clone().set_bold().set_border_top(FormatBorder::Thin);
            [plain, total]
        };
        Formats {
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0xE8_EE_F4))
                .set_border_bottom(FormatBorder::Thin),
            text: of("@"),
            count: of("#,##0"),
            minutes: of("0.0"),
            share: of("0.0%"),
        }
    }
}

fn sheet(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(table.title)?;
    for (column, head) in (0_u16..).zip(&table.heads) {
        sheet.write_string_with_format(0, column, head, &formats.head)?;
        sheet.set_column_width(column, width(table, usize::from(column)))?;
    }
    for (line, row) in (1_u32..).zip(&table.rows) {
        let total = usize::from(table.has_total && line as usize == table.rows.len());
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(text) => {
                    sheet.write_string_with_format(line, column, text, &formats.text[total])?
                }
                Cell::Count(count) => {
                    sheet.write_number_with_format(line, column, *count as f64, &formats.count[total])?
                }
                Cell::Minutes(seconds) => sheet.write_number_with_format(
                    line,
                    column,
                    *seconds as f64 / 60.0,
                    &formats.minutes[total],
                )?,
                Cell::Share(part, of) if *of > 0 => sheet.write_number_with_format(
                    line,
                    column,
                    *part as f64 / *of as f64,
                    &formats.share[total],
                )?,
                Cell::Share(..) | Cell::Blank => sheet.write_blank(line, column, &formats.text[total])?,
            };
        }
    }
    sheet.set_row_height(0, 33)?;
    sheet.set_freeze_panes(1, u16::try_from(table.n_keys).unwrap_or(1))?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

/// Two places for a Chinese letter; heads are broken over two lines.
fn width(table: &Table, column: usize) -> f64 {
    let places =
        |text: &str| text.chars().map(|letter| if letter.is_ascii() { 1.0 } else { 2.0 }).sum::<f64>();
    let head = places(&table.heads[column]) / if column < table.n_keys { 1.0 } else { 2.0 };
    let cells = table.rows.iter().map(|row| places(&row[column].shown()));
    (cells.fold(head, f64::max) + 2.0).clamp(WIDTHS.0, WIDTHS.1)
}
