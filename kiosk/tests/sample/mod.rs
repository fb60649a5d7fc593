//! A menu of a real hall's shape, for tests and the benchmark.

#![allow(dead_code, reason = "each test, the benchmark and the example use a part of it")]

pub(crate) mod golden;
pub(crate) mod offers;
pub(crate) mod walks;

use kiosk::*;

const DEPARTMENTS: [(&str, &str, &str, &str); 7] = [
    ("A", "不动产登记中心", "Real Estate Registration Centre", "1"),
    ("A", "税务局", "Taxation Bureau", "1"),
    ("B", "市场监督管理局", "Administration for Market Regulation", "2"),
    ("B", "公安局出入境管理", "Public Security: Exit and Entry", "2"),
    ("B", "人力资源和社会保障局", "Human Resources and Social Security Bureau", "2"),
    ("C", "医疗保障局", "Healthcare Security Administration", "3"),
    ("D", "综合受理", "General Services", "4"),
];

const AREAS: [(&str, &str, &str); 4] = [
    ("A", "不动产与税务区", "Real Estate and Tax"),
    ("B", "企业与公安服务区", "Business and Public Security"),
    ("C", "医疗保障区", "Healthcare"),
    ("D", "综合服务区", "General Services"),
];

const SERVICES: [(&str, &str); 8] = [
    ("不动产转移登记（二手房交易）", "Transfer of real estate"),
    ("不动产抵押登记", "Mortgage registration"),
    ("营业执照设立、变更、注销登记", "Business licence: new, change, cancel"),
    ("发票领用及代开", "Invoices"),
    ("居民身份证办理", "Resident identity card"),
    ("社会保险关系转移接续", "Transfer of social insurance"),
    ("城乡居民基本医疗保险参保登记", "Basic medical insurance registration"),
    ("老年人优待证", "Senior citizen card"),
];

fn service(n: usize) -> ServiceItem {
    let (name, name_en) = SERVICES[n % SERVICES.len()];
    let closed = Availability::Closed { zh: "暂无开放窗口".into(), en: "No window open".into() };
    ServiceItem {
        code: format!("S{n:02}"),
        name: name.into(),
        name_en: name_en.into(),
        waiting: [3, 0, 12, 128][n % 4],
        wait_min: [Some((10, 20)), Some((0, 0)), Some((35, 55)), None][n % 4],
        available: if n % 5 == 3 { closed } else { Availability::Open },
    }
}

/// Four areas, seven departments, `each` services in every department.
pub(crate) fn menu_of(each: usize) -> Menu {
    let mut areas: Vec<AreaItem> = AREAS
        .iter()
        .map(|(code, name, name_en)| AreaItem {
            code: (*code).into(),
            name: (*name).into(),
            name_en: (*name_en).into(),
            ..AreaItem::default()
        })
        .collect();
    for (n, (code, name, name_en, floor)) in DEPARTMENTS.into_iter().enumerate() {
        let area = areas.iter_mut().find(|area| area.code == code).expect("all four areas are there");
        area.floor = floor.into();
        area.departments.push(DepartmentItem {
            name: name.into(),
            name_en: name_en.into(),
            services: (n * each..(n + 1) * each).map(service).collect(),
        });
    }
    Menu {
        hall: "江北区政务服务中心".into(),
        hall_en: "Jiangbei Government Service Centre".into(),
        notice: "工作日 9:00—17:00 对外服务，中午 12:00 至 13:30 部分窗口提供延时服务。\
                 老年人、残疾人、孕妇和军人可到咨询台办理绿色通道。"
            .into(),
        open: Availability::Open,
        trouble: None,
        areas,
        offers: Offers::default(),
    }
}

/// A number as the host gives it.
pub(crate) fn given() -> Given {
    Given {
        number: "A023".into(),
        service: "不动产转移登记（二手房交易）".into(),
        service_en: "Transfer of real estate".into(),
        ahead: 3,
        wait_min: Some((10, 20)),
        place: "1楼 A区 3、4、5号窗口".into(),
        place_en: "Floor 1, area A, windows 3, 4 and 5".into(),
        slip: SlipState::Printing,
    }
}
