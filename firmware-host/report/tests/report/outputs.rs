//! The outputs of a period: what is in them, and that they say when there is nothing.

use crate::equal::{read, small_hall};
use crate::month::Life;
use queue::Day;
use report::columns::tables;
use report::{Figures, Names, Period, csv, html, text, xlsx};
use schema::Store;

fn names() -> Names {
    Names {
        hall: "示范<大厅>".into(),
        services: [("ka".to_owned(), "=社保卡&申领".to_owned())].into(),
        windows: [(1, "综合窗口".to_owned())].into(),
        ..Names::default()
    }
}

fn lived(n_days: u32) -> Figures {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("hallgate.db");
    let mut store = Store::open(&path).unwrap();
    store.do_not_wait_for_the_disk().unwrap();
    let mut life = Life::new(small_hall(), 3);
    for day in 0..n_days {
        life.day(&mut store, Day(20_261_123 + day), 150, None);
    }
    read(&path, Period::month(202_611).unwrap()).0
}

#[test]
fn w4_a_period_without_data_says_so_in_every_output() {
    let none = lived(0);
    assert!(none.is_empty());
    assert!(text::text(&none, &names()).contains("没有任何记录"));
    assert!(html::html(&none, &names(), None).contains("没有任何记录"));
    assert!(xlsx::xlsx(&none, &names()).unwrap().starts_with(b"PK"));
    for table in tables(&none, &names()) {
        let mut out = Vec::new();
        csv::write(&table, &mut out).unwrap();
        assert!(out.starts_with("\u{feff}".as_bytes()), "{}", table.id);
    }
}

#[test]
fn w4_the_printed_report_needs_nothing_from_elsewhere_and_runs_nothing() {
    let page = html::html(&lived(2), &names(), None);
    for foreign in ["http:", "https:", "//", "<script", "@import", "url(", " src=", "href="] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let served = html::html(&lived(2), &names(), Some("/font.otf"));
    assert!(served.contains("url(\"/font.otf\")") && served.matches("url(").count() == 1);
    assert!(page.contains("示范&lt;大厅&gt;") && page.contains("=社保卡&amp;申领"));
    assert!(page.contains("各时段等候") && page.matches("<svg").count() >= 5);
    assert!(page.contains("table-header-group") && page.contains("size: A4"));
}

#[test]
fn g6_r3_no_output_holds_a_category_or_a_ticket() {
    let figures = lived(2);
    let json = serde_json::to_string(&figures).unwrap();
    let page = html::html(&figures, &names(), None);
    for text in [json, page, text::text(&figures, &names())] {
        assert!(!text.contains("elderly") && !text.contains("身份证") && !text.contains("A001"));
    }
}

#[test]
fn w4_the_same_figures_give_the_same_workbook() {
    let figures = lived(1);
    assert!(xlsx::xlsx(&figures, &names()).unwrap() == xlsx::xlsx(&figures, &names()).unwrap());
}
