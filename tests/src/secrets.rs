//! A search for people's data in clear (rule A9): in every form in which a file, a log or a wire could hold it.

use link::text::{Charset, encode};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

/// Bytes of a form that are looked up at each place: a name of three characters in GBK has no more.
const HEAD: usize = 6;

/// Texts in all their forms.
pub struct Secrets {
    forms: HashMap<[u8; HEAD], Vec<Form>>,
    /// Whether any form begins with these two bytes: most places of most files are passed by this look alone.
    begins: Vec<bool>,
}

struct Form {
    bytes: Vec<u8>,
    /// What is told of it: its place in what was given, and how it was written. Never the text itself.
    told: String,
}

impl Secrets {
    /// Texts to look for, each of at least three characters that are no ASCII or six that are.
    ///
    /// # Panics
    /// When a text is too short to be told from chance.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Secrets {
        let mut forms: HashMap<[u8; HEAD], Vec<Form>> = HashMap::new();
        for (place, text) in texts.into_iter().enumerate() {
            for (name, bytes) in written(text) {
                let head = bytes.first_chunk().expect("texts are long enough");
                forms.entry(*head).or_default().push(Form { told: format!("text {place} as {name}"), bytes });
            }
        }
        let mut begins = vec![false; 1 << 16];
        forms.keys().for_each(|head| begins[usize::from(u16::from_be_bytes([head[0], head[1]]))] = true);
        Secrets { forms, begins }
    }

    /// What of it is in these bytes, each once.
    pub fn within(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (at, head) in bytes.array_windows::<HEAD>().enumerate() {
            if !self.begins[usize::from(u16::from_be_bytes([head[0], head[1]]))] {
                continue;
            }
            for form in self.forms.get(head).into_iter().flatten() {
                if bytes[at..].starts_with(&form.bytes) {
                    found.insert(form.told.as_str());
                }
            }
        }
        found
    }

    /// What of it is in any file under a folder, its name included, with the file; and how many bytes were searched.
    ///
    /// # Panics
    /// When a folder cannot be read.
    pub fn under(&self, folder: &Path) -> (Vec<String>, u64) {
        let (mut found, mut searched) = (Vec::new(), 0);
        for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
            let (path, kind) = (entry.path(), entry.file_type().expect("entries have a type"));
            let name = path.display().to_string();
            found.extend(
                self.within(name.as_bytes()).into_iter().map(|told| format!("{told} in a file's name")),
            );
            if kind.is_dir() {
                let (more, bytes) = self.under(&path);
                found.extend(more);
                searched += bytes;
            } else if kind.is_file() {
                // Files come and go while the daemon runs; one that went holds nothing any more.
                let bytes = fs::read(&path).unwrap_or_default();
                searched += bytes.len() as u64;
                found.extend(self.within(&bytes).into_iter().map(|told| format!("{told} in {name}")));
            }
        }
        (found, searched)
    }
}

/// A text as files, logs and wires write it: the encodings, UCS2 as a modem is given it, JSON's escapes, a date's parts.
fn written(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let hex = |upper: bool| -> String {
        let unit = |unit: &u16| if upper { format!("{unit:04X}") } else { format!("{unit:04x}") };
        units.iter().map(unit).collect()
    };
    let mut forms = vec![
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-16, high byte first", units.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
        ("UTF-16, low byte first", units.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
        ("UCS2 in hexadecimal", hex(true).into_bytes()),
        ("UCS2 in lower hexadecimal", hex(false).into_bytes()),
    ];
    if !text.is_ascii() {
        forms.push(("GBK", encode(text, Charset::Gbk).bytes));
        let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        forms.push(("JSON escapes", escaped.into_bytes()));
    }
    if let (8, true) = (text.len(), text.is_ascii()) {
        forms.push(("a date", format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).into_bytes()));
    }
    // Digits have the same bytes in more than one of them.
    let mut seen = BTreeSet::new();
    forms.retain(|(_, bytes)| seen.insert(bytes.clone()));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = ["欧阳志强", "13800009600", "32019919500609001X", "19500609"];

    #[test]
    fn a9_every_form_of_every_text_is_found_wherever_it_lies() {
        let secrets = Secrets::new(TEXTS);
        for text in TEXTS {
            for (name, bytes) in written(text) {
                for around in [0, 1, 7, 1000] {
                    let hidden = [vec![0; around], bytes.clone(), vec![0xFF; around]].concat();
                    let found = secrets.within(&hidden);
                    assert!(found.iter().any(|told| told.ends_with(name)), "{name} after {around} bytes");
                }
            }
        }
        assert!(secrets.within("欧阳志 1380000960 3201991950X60900 1950060".as_bytes()).is_empty());
    }

    #[test]
    fn a9_a_file_that_holds_one_is_named_and_the_text_is_not() {
        let folder = tempfile::tempdir().expect("there is a directory for temporary files");
        fs::create_dir(folder.path().join("keys")).expect("it can be made");
        let planted = folder.path().join("keys/planted");
        fs::write(&planted, encode(TEXTS[0], Charset::Gbk).bytes).expect("it can be written");
        fs::write(folder.path().join("clean"), [7; 5000]).expect("it can be written");
        let (found, searched) = Secrets::new(TEXTS).under(folder.path());
        assert_eq!(found, [format!("text 0 as GBK in {}", planted.display())]);
        assert_eq!(searched, 5008);
    }
}
