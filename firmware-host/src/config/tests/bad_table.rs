//! One bad file for each kind of mistake, with all that is said about it. Each is the good hall with one thing changed; the
//! line numbers are those of the changed file.

/// What is changed in the good file: the text to find, what stands there instead, and what is said of it.
pub(super) struct Bad {
    pub(super) name: &'static str,
    pub(super) find: &'static str,
    pub(super) put: &'static str,
    pub(super) said: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const TABLE: &[Bad] = &[
    Bad { name: "a text that is not closed",
        find: "name = \"试验大厅\"", put: "name = \"试验大厅", said: &[
        "hall.toml:2: not valid TOML: a text is not closed; write its second quotation mark on the same line",
    ] },
    Bad { name: "a list that is not closed",
        find: "serves = [\"canbao\", \"tuixiu\"]", put: "serves = [\"canbao\", \"tuixiu\"", said: &[
        "hall.toml:65: not valid TOML: a list is not closed, or a comma is missing in it; write the ] or the comma on this line or above",
    ] },
    Bad { name: "a key twice",
        find: "code = \"test-hall\"", put: "code = \"test-hall\"\ncode = \"other\"", said: &[
        "hall.toml:4: not valid TOML: code is written twice in the same table; take one away",
    ] },
    Bad { name: "an unknown table",
        find: "[[printers]]", put: "[[printer]]", said: &[
        "hall.toml:88, printer: printer is not a table of hall.toml; did you mean printers?",
    ] },
    Bad { name: "an unknown key",
        find: "panel = \"/dev/hallgate/panel\"", put: "panle = \"/dev/hallgate/panel\"", said: &[
        "hall.toml:92, [[kiosks]] name kiosk: the key panel is missing",
        "hall.toml:96, [[kiosks]] name kiosk, panle: panle is not a key here (did you mean panel?); allowed: name, areas, printer, panel, panel_baud, width_px, height_px, idle_timeout_s, card_reader, card_reader_baud, scanner, scanner_baud, scanner_command, voice, voice_baud, key_sounds",
    ] },
    Bad { name: "a missing key",
        find: "panel = \"/dev/hallgate/panel\"\n", put: "", said: &[
        "hall.toml:92, [[kiosks]] name kiosk: the key panel is missing",
    ] },
    Bad { name: "a kiosk without printer",
        find: "printer = \"printer\"\n", put: "", said: &[
        "hall.toml:92, [[kiosks]] name kiosk: the key printer is missing",
    ] },
    Bad { name: "a missing table",
        find: "[hall]\nname = \"试验大厅\"\ncode = \"test-hall\"\n", put: "", said: &[
        "hall.toml:1: the table [hall] is missing; the sample hall.toml shows what it holds",
    ] },
    Bad { name: "a list written as a table",
        find: "[[printers]]", put: "[printers]", said: &[
        "hall.toml:88, [printers]: printers is a list of tables; write [[printers]] in double brackets above each of them",
    ] },
    Bad { name: "a number where a text belongs",
        find: "code = \"test-hall\"", put: "code = 7", said: &[
        "hall.toml:3, [hall] code: 7 is not a text in quotation marks",
    ] },
    Bad { name: "a text where a number belongs",
        find: "mean_min = 30", put: "mean_min = \"30\"", said: &[
        "hall.toml:58, [[services]] code tuixiu, mean_min: \"30\" is not a whole number, 0 or more",
    ] },
    Bad { name: "a number out of its type",
        find: "keypad_address = 2", put: "keypad_address = 256", said: &[
        "hall.toml:76, [[windows]] number 2, keypad_address: 256 is not a whole number from 0 to 255",
    ] },
    Bad { name: "an unknown class",
        find: "class = \"special\"", put: "class = \"urgent\"", said: &[
        "hall.toml:57, [[services]] code tuixiu, class: \"urgent\" is not one of ordinary, complex, special",
    ] },
    Bad { name: "a window that serves neither a list nor all",
        find: "serves = [\"canbao\"]", put: "serves = \"canbao\"", said: &[
        "hall.toml:74, [[windows]] number 2, serves: \"canbao\" is not a list of service codes, or \"*\" for every service",
    ] },
    Bad { name: "a star in a list",
        find: "serves = [\"canbao\"]", put: "serves = [\"*\"]", said: &[
        "hall.toml:74, [[windows]] number 2, serves[0]: \"*\" stands alone: write serves = \"*\"",
    ] },
    Bad { name: "a port of another system",
        find: "port = \"/dev/hallgate/printer\"", put: "port = \"COM3\"", said: &[
        "hall.toml:90, [[printers]] name printer, port: port \"COM3\" is neither a path under /dev/ nor tcp://host:port",
    ] },
    Bad { name: "a port that leaves /dev",
        find: "port = \"/dev/hallgate/printer\"", put: "port = \"/dev/../etc/passwd\"", said: &[
        "hall.toml:90, [[printers]] name printer, port: port \"/dev/../etc/passwd\" does not name a device under /dev/",
    ] },
    Bad { name: "a port without number",
        find: "tcp://192.168.10.21:4001", put: "tcp://192.168.10.21", said: &[
        "hall.toml:86, [[display_lines]] name leds, port: port \"tcp://192.168.10.21\" has no port number from 1 to 65535; write tcp://host:port, such as tcp://192.168.10.21:9100",
    ] },
    Bad { name: "a port without host",
        find: "tcp://192.168.10.21:4001", put: "tcp://:4001", said: &[
        "hall.toml:86, [[display_lines]] name leds, port: port \"tcp://:4001\" has no host; write tcp://host:port, such as tcp://192.168.10.21:9100",
    ] },
    Bad { name: "a listening address without number",
        find: "[hours]", put: "[console]\nlisten = \"0.0.0.0\"\n\n[hours]", said: &[
        "hall.toml:6, [console] listen: \"0.0.0.0\" is not an address and port such as \"127.0.0.1:8080\" or \"0.0.0.0:8080\"",
    ] },
    Bad { name: "a time of day that is none",
        find: "[\"13:30\", \"17:00\"]", put: "[\"13:30\", \"25:00\"]", said: &[
        "hall.toml:17, [[hours.seasons]] name 夏令时, weekdays[1][1]: \"25:00\" is not a time from \"00:00\" to \"23:59\"",
    ] },
    Bad { name: "a session without end",
        find: "saturday = [[\"09:00\", \"12:00\"]]", put: "saturday = [[\"09:00\"]]", said: &[
        "hall.toml:24, [[hours.seasons]] name 非夏令时, saturday[0]: [\"09:00\"] is not a pair of times such as [\"09:00\", \"12:00\"]",
    ] },
    Bad { name: "a day of the year that is none",
        find: "to = \"09-30\"", put: "to = \"09-31\"", said: &[
        "hall.toml:16, [[hours.seasons]] name 夏令时, to: \"09-31\" is not a day of the year such as \"10-01\" (month-day)",
    ] },
    Bad { name: "a date that is none",
        find: "date = \"2026-10-10\"", put: "date = \"2026-10-32\"", said: &[
        "hall.toml:10, [[hours.workdays]] name 国庆节, date: \"2026-10-32\" is not a date such as \"2026-10-01\"",
    ] },
    Bad { name: "a date without quotation marks",
        find: "date = \"2026-10-10\"", put: "date = 2026-10-10", said: &[
        "hall.toml:10, [[hours.workdays]] name 国庆节, date: 2026-10-10 is not a date in quotation marks",
    ] },
    Bad { name: "an empty name",
        find: "name = \"试验大厅\"", put: "name = \" \"", said: &[
        "hall.toml:2, [hall] name: the name is empty; people read it, so write one",
    ] },
    Bad { name: "a name of two lines",
        find: "name = \"试验大厅\"", put: "name = \"试验\\n大厅\"", said: &[
        "hall.toml:2, [hall] name: \"试验\\n大厅\" holds a line break or a control character; write it on one line",
    ] },
    Bad { name: "a hall code with a space",
        find: "code = \"test-hall\"", put: "code = \"test hall\"", said: &[
        "hall.toml:3, [hall] code: \"test hall\" is not a code; use letters a-z, digits and hyphens, such as shebao-canbao",
    ] },
    Bad { name: "a zone that is none",
        find: "code = \"test-hall\"", put: "code = \"test-hall\"\nzone_offset_min = 900", said: &[
        "hall.toml:4, [hall] zone_offset_min: 900 is not between -720 and 840",
    ] },
    Bad { name: "a day that rolls while the hall is open",
        find: "code = \"test-hall\"", put: "code = \"test-hall\"\nday_roll = \"10:00\"", said: &[
        "hall.toml:18, [[hours.seasons]] name 夏令时, weekdays[0]: the session from 09:00 to 12:00 is under way at 10:00, when [hall] day_roll begins a new day and numbers start again; move day_roll into the night",
        "hall.toml:24, [[hours.seasons]] name 非夏令时, weekdays[0]: the session from 09:00 to 12:00 is under way at 10:00, when [hall] day_roll begins a new day and numbers start again; move day_roll into the night",
        "hall.toml:25, [[hours.seasons]] name 非夏令时, saturday[0]: the session from 09:00 to 12:00 is under way at 10:00, when [hall] day_roll begins a new day and numbers start again; move day_roll into the night",
    ] },
    Bad { name: "a directory that is not absolute",
        find: "[hours]", put: "[data]\ndirectory = \"data\"\n\n[hours]", said: &[
        "hall.toml:6, [data] directory: data is not an absolute path, such as /var/lib/hallgate",
    ] },
    Bad { name: "a database in another directory",
        find: "[hours]", put: "[data]\ndatabase = \"../hallgate.db\"\n\n[hours]", said: &[
        "hall.toml:6, [data] database: \"../hallgate.db\" is not a plain file name, such as hallgate.db",
    ] },
    Bad { name: "a season over another",
        find: "to = \"09-30\"", put: "to = \"10-15\"", said: &[
        "hall.toml:21, [[hours.seasons]] name 非夏令时, from: season 非夏令时 overlaps season 夏令时: both hold on 10-01 (month-day); end one the day before the other begins",
    ] },
    Bad { name: "days without season",
        find: "to = \"04-30\"", put: "to = \"03-31\"", said: &[
        "hall.toml:15, [[hours.seasons]] name 夏令时, from: no season holds on some days from 04-01 to 04-30 (month-day); the seasons together cover the whole year",
    ] },
    Bad { name: "a season without weekdays",
        find: "weekdays = [[\"09:00\", \"12:00\"], [\"13:30\", \"17:00\"]]", put: "weekdays = []", said: &[
        "hall.toml:17, [[hours.seasons]] name 夏令时, weekdays: a season without a session on weekdays never opens the hall; write [[\"09:00\", \"12:00\"], …]",
    ] },
    Bad { name: "a session that ends before it starts",
        find: "[\"13:30\", \"17:00\"]", put: "[\"13:30\", \"05:00\"]", said: &[
        "hall.toml:17, [[hours.seasons]] name 夏令时, weekdays[1]: the session ends at 05:00, not after its start at 13:30; times are 24 hours, 17:00 for five in the afternoon",
    ] },
    Bad { name: "a session inside another",
        find: "[\"13:30\", \"17:00\"]", put: "[\"11:30\", \"17:00\"]", said: &[
        "hall.toml:17, [[hours.seasons]] name 夏令时, weekdays[1]: the session from 11:30 begins before the one from 09:00 to 12:00 has ended; write sessions in order and without overlap",
    ] },
    Bad { name: "a holiday that ends before it begins",
        find: "to = \"2026-10-07\"", put: "to = \"2026-09-07\"", said: &[
        "hall.toml:7, [[hours.holidays]] name 国庆节, to: 2026-09-07 is before from, 2026-10-01; the last day is not before the first",
    ] },
    Bad { name: "a holiday of a year",
        find: "to = \"2026-10-07\"", put: "to = \"2027-10-07\"", said: &[
        "hall.toml:7, [[hours.holidays]] name 国庆节, to: from 2026-10-01 to 2027-10-07 are 372 days, more than 31; is the year or the month right?",
        "hall.toml:10, [[hours.workdays]] name 国庆节, date: 2026-10-10 is also a day of the holiday in line 7; it cannot be both",
    ] },
    Bad { name: "a holiday twice",
        find: "name = \"国庆节\" },\n]\nworkdays", put: "name = \"国庆节\" },\n  { from = \"2026-10-07\", name = \"中秋节\" },\n]\nworkdays", said: &[
        "hall.toml:8, [[hours.holidays]] name 中秋节, from: 中秋节 overlaps 国庆节 of line 7; write each day once",
    ] },
    Bad { name: "a workday in a holiday",
        find: "date = \"2026-10-10\"", put: "date = \"2026-10-04\"", said: &[
        "hall.toml:10, [[hours.workdays]] name 国庆节, date: 2026-10-04 is also a day of the holiday in line 7; it cannot be both",
    ] },
    Bad { name: "a workday that is one anyway",
        find: "date = \"2026-10-10\"", put: "date = \"2026-10-12\"", said: &[
        "hall.toml:10, [[hours.workdays]] name 国庆节, date: 2026-10-12 is a Monday and open anyway; a make-up workday is a Saturday or Sunday",
    ] },
    Bad { name: "a workday twice",
        find: "  { date = \"2026-10-10\", name = \"国庆节\" },", put: "  { date = \"2026-10-10\", name = \"国庆节\" },\n  { date = \"2026-10-10\", name = \"国庆节\" },", said: &[
        "hall.toml:11, [[hours.workdays]] name 国庆节, date: 2026-10-10 is already taken in line 10; give this one another",
    ] },
    Bad { name: "x2 a lunch window that is not there",
        find: "windows = [2]", put: "windows = [2, 9]", said: &[
        "hall.toml:28, [hours.lunch] windows[1]: there is no window 9; there are: 1, 2",
    ] },
    Bad { name: "x2 a lunch service no lunch window serves",
        find: "services = [\"canbao\"]", put: "services = [\"canbao\", \"tuixiu\"]", said: &[
        "hall.toml:27, [hours.lunch] services[1]: none of the lunch windows serves tuixiu; add a window that does, or take the service away",
    ] },
    Bad { name: "x2 a lunch window that serves none of the lunch services",
        find: "services = [\"canbao\"]\nwindows = [2]", put: "services = [\"tuixiu\"]\nwindows = [1, 2]", said: &[
        "hall.toml:28, [hours.lunch] windows[1]: window 2 serves none of the lunch services; list one that it serves, or take the window away",
    ] },
    Bad { name: "x2 a lunch service that is not there",
        find: "services = [\"canbao\"]", put: "services = [\"cambao\"]", said: &[
        "hall.toml:27, [hours.lunch] services[0]: there is no service cambao; did you mean canbao?",
    ] },
    Bad { name: "x2 a lunch service without windows",
        find: "windows = [2]", put: "windows = []", said: &[
        "hall.toml:28, [hours.lunch] windows: no windows in the lunch service; list some or take [hours.lunch] away",
    ] },
    Bad { name: "an area code twice",
        find: "code = \"B\"\nname = \"B区\"", put: "code = \"A\"\nname = \"B区\"", said: &[
        "hall.toml:36, [[areas]] code A, code: A is already taken in line 31; give this one another",
    ] },
    Bad { name: "a floor that is none",
        find: "floor = 2", put: "floor = 100", said: &[
        "hall.toml:38, [[areas]] code B, floor: 100 is not between -9 and 99",
    ] },
    Bad { name: "a department in no area",
        find: "name = \"社保\"\narea = \"A\"\n\n[[services]]", put: "name = \"社保\"\narea = \"X\"\n\n[[services]]", said: &[
        "hall.toml:43, [[departments]] code shebao, area: there is no area X; there are: A, B",
    ] },
    Bad { name: "a service of a department that is not there",
        find: "department = \"shebao\"\nprefix = \"AT\"", put: "department = \"shebo\"\nprefix = \"AT\"", said: &[
        "hall.toml:55, [[services]] code tuixiu, department: there is no department shebo; did you mean shebao?",
    ] },
    Bad { name: "q1 a prefix in small letters",
        find: "prefix = \"AT\"", put: "prefix = \"at\"", said: &[
        "hall.toml:56, [[services]] code tuixiu, prefix: \"at\" is not one or two capital letters, such as A or SB",
    ] },
    Bad { name: "q1 a prefix too long",
        find: "prefix = \"AT\"", put: "prefix = \"ATX\"", said: &[
        "hall.toml:56, [[services]] code tuixiu, prefix: \"ATX\" is not one or two capital letters, such as A or SB",
    ] },
    Bad { name: "a service code twice",
        find: "code = \"tuixiu\"", put: "code = \"canbao\"", said: &[
        "hall.toml:53, [[services]] code canbao, code: canbao is already taken in line 46; give this one another",
        "hall.toml:64, [[windows]] number 1, serves[1]: there is no service tuixiu; there are: canbao",
    ] },
    Bad { name: "a service code in Chinese",
        find: "code = \"test-hall\"", put: "code = \"大厅\"", said: &[
        "hall.toml:3, [hall] code: \"大厅\" is not a code; use letters a-z, digits and hyphens, such as shebao-canbao",
    ] },
    Bad { name: "expected minutes out of range",
        find: "mean_min = 30", put: "mean_min = 0", said: &[
        "hall.toml:58, [[services]] code tuixiu, mean_min: 0 is not between 1 and 240",
    ] },
    Bad { name: "q2 a service without window",
        find: "serves = [\"canbao\", \"tuixiu\"]", put: "serves = [\"canbao\"]", said: &[
        "hall.toml:53, [[services]] code tuixiu, code: no window serves tuixiu; add it to `serves` of a window or have a catch-all window (serves = \"*\")",
    ] },
    Bad { name: "q2 a window without services",
        find: "serves = [\"canbao\"]", put: "serves = []", said: &[
        "hall.toml:74, [[windows]] number 2, serves: the window serves nothing; list its service codes, or write \"*\" for a catch-all window",
    ] },
    Bad { name: "q2 a window of a service that is not there",
        find: "serves = [\"canbao\"]", put: "serves = [\"canbao\", \"yibao\"]", said: &[
        "hall.toml:74, [[windows]] number 2, serves[1]: there is no service yibao; there are: canbao, tuixiu",
    ] },
    Bad { name: "a service listed twice",
        find: "serves = [\"canbao\"]", put: "serves = [\"canbao\", \"canbao\"]", said: &[
        "hall.toml:74, [[windows]] number 2, serves[1]: canbao is already taken in line 74; give this one another",
    ] },
    Bad { name: "a window number twice",
        find: "number = 2\n", put: "number = 1\n", said: &[
        "hall.toml:28, [hours.lunch] windows[0]: there is no window 2; there are: 1",
        "hall.toml:71, [[windows]] number 1, number: 1 is already taken in line 61; give this one another",
    ] },
    Bad { name: "a window number out of range",
        find: "number = 1\n", put: "number = 0\n", said: &[
        "hall.toml:61, [[windows]] number 0, number: 0 is not between 1 and 999",
    ] },
    Bad { name: "a window in no area",
        find: "name = \"综合\"\narea = \"A\"", put: "name = \"综合\"\narea = \"C\"", said: &[
        "hall.toml:73, [[windows]] number 2, area: there is no area C; there are: A, B",
    ] },
    Bad { name: "two keypads at one address",
        find: "keypad_address = 2", put: "keypad_address = 1", said: &[
        "hall.toml:76, [[windows]] number 2, keypad_address: address 1 on keypad line pads is already taken in line 66; two keypads cannot share it",
    ] },
    Bad { name: "a keypad address out of range",
        find: "keypad_address = 2", put: "keypad_address = 255", said: &[
        "hall.toml:76, [[windows]] number 2, keypad_address: 255 is not between 1 and 254",
    ] },
    Bad { name: "a keypad without address",
        find: "keypad_address = 2\n", put: "", said: &[
        "hall.toml:75, [[windows]] number 2, keypad: the window is on keypad line pads but has no keypad_address; add keypad_address = …",
    ] },
    Bad { name: "an address without keypad",
        find: "keypad = \"pads\"\nkeypad_address = 2", put: "keypad_address = 2", said: &[
        "hall.toml:75, [[windows]] number 2, keypad_address: keypad_address is of no use without keypad; add keypad = \"name of a keypad line\" or take it away",
    ] },
    Bad { name: "a keypad line that is not there",
        find: "keypad = \"pads\"\nkeypad_address = 2", put: "keypad = \"pad\"\nkeypad_address = 2", said: &[
        "hall.toml:75, [[windows]] number 2, keypad: there is no keypad line pad; did you mean pads?",
    ] },
    Bad { name: "two displays with one screen number",
        find: "display_screen = 2", put: "display_screen = 1", said: &[
        "hall.toml:78, [[windows]] number 2, display_screen: screen 1 on display line leds is already taken in line 68; two displays cannot share it",
    ] },
    Bad { name: "a broadcast for a screen number",
        find: "display_screen = 2", put: "display_screen = 65535", said: &[
        "hall.toml:78, [[windows]] number 2, display_screen: 65535 is not between 1 and 32767",
    ] },
    Bad { name: "an interface that the whole network reaches",
        find: "[hours]", put: "[console]\nlisten = \"0.0.0.0:8080\"\n\n[hours]", said: &[
        "hall.toml:6, [console] listen: 0.0.0.0:8080 is not an address of this machine alone, such as 127.0.0.1:8080; the interface has no accounts yet, and what telephones and tablets need has an address of its own, [citizens] listen",
    ] },
    Bad { name: "the console's port for citizens too",
        find: "[hours]", put: "[citizens]\nlisten = \"0.0.0.0:8080\"\n\n[hours]", said: &[
        "hall.toml:6, [citizens] listen: 0.0.0.0:8080 is not an address with a port of its own; the console listens at 127.0.0.1:8080",
    ] },
    Bad { name: "a display without screen number",
        find: "display_screen = 2\n", put: "", said: &[
        "hall.toml:77, [[windows]] number 2, display: the window is on display line leds but has no display_screen; add display_screen = …",
    ] },
    Bad { name: "a display line that is not there",
        find: "display = \"leds\"\ndisplay_screen = 2", put: "display = \"lcd-lines\"\ndisplay_screen = 2", said: &[
        "hall.toml:77, [[windows]] number 2, display: there is no display line lcd-lines; there are: leds",
    ] },
    Bad { name: "a display of a width no card has",
        find: "display_screen = 2", put: "display_screen = 2\ndisplay_width_px = 100", said: &[
        "hall.toml:79, [[windows]] number 2, display_width_px: 100 is not a multiple of 8 from 16 to 1024",
    ] },
    Bad { name: "a rate no adapter has",
        find: "port = \"/dev/hallgate/pads\"", put: "port = \"/dev/hallgate/pads\"\nbaud = 9601", said: &[
        "hall.toml:83, [[keypad_lines]] name pads, baud: 9601 is not one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200",
    ] },
    Bad { name: "a level of rating that is none",
        find: "port = \"/dev/hallgate/pads\"", put: "port = \"/dev/hallgate/pads\"\npad_levels = [2, 3, 4, 5, 6]", said: &[
        "hall.toml:83, [[keypad_lines]] name pads, pad_levels[4]: 6 is not between 1 and 5",
    ] },
    Bad { name: "r1 two pad buttons of one level",
        find: "port = \"/dev/hallgate/pads\"", put: "port = \"/dev/hallgate/pads\"\npad_levels = [2, 3, 4, 5, 5]", said: &[
        "hall.toml:83, [[keypad_lines]] name pads, pad_levels[4]: 5 is already taken in line 83; give this one another",
    ] },
    Bad { name: "six levels for five buttons",
        find: "port = \"/dev/hallgate/pads\"", put: "port = \"/dev/hallgate/pads\"\npad_levels = [2, 3, 4, 5, 1, 9]", said: &[
        "hall.toml:83, [[keypad_lines]] name pads, pad_levels: 6 levels are not 5, one for each button",
    ] },
    Bad { name: "a code with a leading zero",
        find: "port = \"/dev/hallgate/pads\"", put: "port = \"/dev/hallgate/pads\"\nok_codes = { pass = \"06\" }", said: &[
        "hall.toml:83, [[keypad_lines]] name pads, ok_codes.pass: \"06\" is not one to three digits without a leading zero in quotation marks, such as \"6\"",
    ] },
    Bad { name: "a code with a letter",
        find: "port = \"/dev/hallgate/pads\"", put: "port = \"/dev/hallgate/pads\"\nok_codes = { pass = \"6x\" }", said: &[
        "hall.toml:83, [[keypad_lines]] name pads, ok_codes.pass: \"6x\" is not one to three digits without a leading zero in quotation marks, such as \"6\"",
    ] },
    Bad { name: "two commands of one code",
        find: "port = \"/dev/hallgate/pads\"", put: "port = \"/dev/hallgate/pads\"\nok_codes = { pass = \"3\" }", said: &[
        "hall.toml:83, [[keypad_lines]] name pads, ok_codes.return: 3 is already taken in line 83; give this one another",
    ] },
    Bad { name: "a card that is none",
        find: "port = \"tcp://192.168.10.21:4001\"", put: "port = \"tcp://192.168.10.21:4001\"\ncard = \"5K9\"", said: &[
        "hall.toml:87, [[display_lines]] name leds, card: \"5K9\" is not one of any, 5K1, 5K2, 5MK1, 5MK2, 5K1Q-YY, 6K1, 6K2, 6K3, 6K1-YY, 6K2-YY, 6K3-YY, 6K1-4G, 6K2-4G",
    ] },
    Bad { name: "two devices on one port",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/printer\"", said: &[
        "hall.toml:96, [[kiosks]] name kiosk, panel: port /dev/hallgate/printer is already used in line 90; two devices cannot share a port",
    ] },
    Bad { name: "paper of another width",
        find: "port = \"/dev/hallgate/printer\"", put: "port = \"/dev/hallgate/printer\"\npaper_mm = 76", said: &[
        "hall.toml:91, [[printers]] name printer, paper_mm: 76 is not 58 or 80",
    ] },
    Bad { name: "a printer that is not there",
        find: "printer = \"printer\"", put: "printer = \"printer-a\"", said: &[
        "hall.toml:95, [[kiosks]] name kiosk, printer: there is no printer printer-a; did you mean printer?",
    ] },
    Bad { name: "a printer of two kiosks",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\n\n[[kiosks]]\nname = \"second\"\nprinter = \"printer\"\npanel = \"/dev/hallgate/panel-2\"", said: &[
        "hall.toml:100, [[kiosks]] name second, printer: printer printer already belongs to the kiosk in line 95; a person would find two slips in it",
    ] },
    Bad { name: "a panel of another size",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\nwidth_px = 800\nheight_px = 480", said: &[
        "hall.toml:97, [[kiosks]] name kiosk, width_px: 800 × 480 is not 768 × 1024 or 1024 × 600, the two sizes of width_px × height_px that pages are drawn for",
    ] },
    Bad { name: "an idle time out of range",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\nidle_timeout_s = 5", said: &[
        "hall.toml:97, [[kiosks]] name kiosk, idle_timeout_s: 5 is not between 10 and 600",
    ] },
    Bad { name: "two devices of one kiosk on one port",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\nscanner = \"/dev/hallgate/panel\"", said: &[
        "hall.toml:97, [[kiosks]] name kiosk, scanner: port /dev/hallgate/panel is already used in line 96; two devices cannot share a port",
    ] },
    Bad { name: "rates that readers and scanners do not have",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\ncard_reader_baud = 1200\nscanner_baud = 9601", said: &[
        "hall.toml:97, [[kiosks]] name kiosk, card_reader_baud: 1200 is not one of 9600, 19200, 38400, 57600, 115200",
        "hall.toml:98, [[kiosks]] name kiosk, scanner_baud: 9601 is not one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200",
    ] },
    Bad { name: "commands for a scanner that is not there",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\nscanner_command = true", said: &[
        "hall.toml:97, [[kiosks]] name kiosk, scanner_command: there is no scanner to be told anything; add scanner = \"/dev/hallgate/…\" or leave this key out",
    ] },
    Bad { name: "a voice on the scanner's port",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\nscanner = \"/dev/hallgate/scanner\"\nvoice = \"/dev/hallgate/scanner\"", said: &[
        "hall.toml:98, [[kiosks]] name kiosk, voice: port /dev/hallgate/scanner is already used in line 97; two devices cannot share a port",
    ] },
    Bad { name: "a rate that voice modules do not have",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\nvoice = \"/dev/hallgate/voice\"\nvoice_baud = 38400", said: &[
        "hall.toml:98, [[kiosks]] name kiosk, voice_baud: 38400 is not one of 9600, 19200",
    ] },
    Bad { name: "sounds without anything to make them",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\nkey_sounds = true", said: &[
        "hall.toml:97, [[kiosks]] name kiosk, key_sounds: there is no voice module to make a sound; add voice = \"/dev/hallgate/…\" or leave this key out",
    ] },
    Bad { name: "a key of a kiosk that is none",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\ncard_raeder = \"/dev/hallgate/card\"", said: &[
        "hall.toml:97, [[kiosks]] name kiosk, card_raeder: card_raeder is not a key here (did you mean card_reader?); allowed: name, areas, printer, panel, panel_baud, width_px, height_px, idle_timeout_s, card_reader, card_reader_baud, scanner, scanner_baud, scanner_command, voice, voice_baud, key_sounds",
    ] },
    Bad { name: "g2 a card reader without the category of age",
        find: "panel = \"/dev/hallgate/panel\"", put: "panel = \"/dev/hallgate/panel\"\ncard_reader = \"/dev/hallgate/card\"", said: &[
        "hall.toml:1, [green] age_category: there is no category elderly; there are none yet",
    ] },
    Bad { name: "a kiosk of an area that is not there",
        find: "areas = [\"A\"]", put: "areas = [\"A\", \"Z\"]", said: &[
        "hall.toml:94, [[kiosks]] name kiosk, areas[1]: there is no area Z; there are: A, B",
    ] },
    Bad { name: "a kiosk of an area without services",
        find: "areas = [\"A\"]", put: "areas = [\"B\"]", said: &[
        "hall.toml:94, [[kiosks]] name kiosk, areas[0]: no department of area B has a service, so the kiosk would show an empty page for it",
    ] },
    Bad { name: "a5 a grace out of range",
        find: "[hours]", put: "[call_order]\nappointment_grace_s = 3601\n\n[hours]", said: &[
        "hall.toml:6, [call_order] appointment_grace_s: 3601 is not between 0 and 3600",
    ] },
    Bad { name: "a pass limit out of range",
        find: "[hours]", put: "[call_order]\npass_limit = 2\n\n[hours]", said: &[
        "hall.toml:6, [call_order] pass_limit: 2 is not between 3 and 15",
    ] },
    Bad { name: "q4 numbers out of range",
        find: "[hours]", put: "[call_order]\nrecalls = 10\nrevive_min = 241\nrating_timeout_s = 9\n\n[hours]", said: &[
        "hall.toml:6, [call_order] recalls: 10 is not between 0 and 9",
        "hall.toml:7, [call_order] revive_min: 241 is not between 0 and 240",
        "hall.toml:8, [call_order] rating_timeout_s: 9 is not between 10 and 600",
    ] },
    Bad { name: "w1 targets out of range",
        find: "[hours]", put: "[call_order.targets]\nspecial_min = 0\nnear_percent = 100\n\n[hours]", said: &[
        "hall.toml:6, [call_order.targets] special_min: 0 is not between 1 and 240",
        "hall.toml:7, [call_order.targets] near_percent: 100 is not between 10 and 99",
    ] },
    Bad { name: "limits that do not rise",
        find: "[hours]", put: "[call_order.limits]\nordinary_s = [1800, 600]\n\n[hours]", said: &[
        "hall.toml:6, [call_order.limits] ordinary_s: [1800, 600] does not rise: 1800 is followed by 600; each limit is later than the one before",
    ] },
    Bad { name: "no limits",
        find: "[hours]", put: "[call_order.limits]\nspecial_s = []\n\n[hours]", said: &[
        "hall.toml:6, [call_order.limits] special_s: has 0 limits; write 1 to 8, such as [600, 1800]",
    ] },
    Bad { name: "a limit out of range",
        find: "[hours]", put: "[call_order.limits]\nspecial_s = [20000]\n\n[hours]", said: &[
        "hall.toml:6, [call_order.limits] special_s[0]: 20000 is not between 1 and 14400",
    ] },
    Bad { name: "g1 an age out of range",
        find: "[hours]", put: "[green]\nage_from = 59\n\n[hours]", said: &[
        "hall.toml:6, [green] age_from: 59 is not between 60 and 100",
    ] },
    Bad { name: "g1 a category twice",
        find: "[hours]", put: "[[green.categories]]\ncode = \"canji\"\nname = \"残疾人\"\n\n[[green.categories]]\ncode = \"canji\"\nname = \"老年人\"\n\n[hours]", said: &[
        "hall.toml:10, [[green.categories]] code canji, code: canji is already taken in line 6; give this one another",
    ] },
    Bad { name: "g2 kinds of evidence",
        find: "[hours]", put: "[green]\nage_evidence = \"驾驶证\"\nevidence = [\"身份证\", \"身份证\"]\n\n[hours]", said: &[
        "hall.toml:6, [green] age_evidence: there is no kind of evidence 驾驶证; there are: 身份证",
        "hall.toml:7, [green] evidence[1]: 身份证 is already taken in line 7; give this one another",
    ] },
    Bad { name: "q9 half a translation",
        find: "[[windows]]", put: "[services.english]\nfee = \"none\"\n\n[[windows]]", said: &[
        "hall.toml:60, [[services]] code tuixiu, english: the notice is in English and the service has no English name; write name_en above [services.english]",
        "hall.toml:61, [[services]] code tuixiu, english.fee: 0 in Chinese and 1 in English; write as many, for half a notice misleads",
    ] },
    Bad { name: "a QR code that leads nowhere",
        find: "[hours]", put: "[slip]\nshow_qr = true\n\n[hours]", said: &[
        "hall.toml:6, [slip] show_qr: the QR code leads nowhere without ticket_url; add ticket_url = \"http://…/t/\" or write show_qr = false",
    ] },
    Bad { name: "an address that is none",
        find: "[hours]", put: "[slip]\nshow_qr = true\nticket_url = \"hall.local/t\"\n\n[hours]", said: &[
        "hall.toml:7, [slip] ticket_url: \"hall.local/t\" is not an address that begins with http:// or https:// and ends with /, such as \"http://192.168.10.2:8081/t/\"",
    ] },
    Bad { name: "an outlet of no kind",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"fax\"\n\n[hours]", said: &[
        "hall.toml:7, [[outlets]] name a, kind: \"fax\" is not one of modem, http, files",
    ] },
    Bad { name: "an outlet without its key",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"http\"\n\n[hours]", said: &[
        "hall.toml:5, [[outlets]] name a: the key url is missing, which an outlet of kind http needs; write url = \"https://messages.example.gov.cn/send\"",
    ] },
    Bad { name: "a modem without port",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\n\n[hours]", said: &[
        "hall.toml:5, [[outlets]] name a: the key port is missing, which an outlet of kind modem needs; write port = \"/dev/hallgate/modem\"",
    ] },
    Bad { name: "an outlet with the keys of another kind",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"files\"\nfor = [\"work_orders\"]\npath = \"/srv/a\"\nurl = \"https://a.cn/?secret\"\nbaud = 9600\n\n[hours]", said: &[
        "hall.toml:10, [[outlets]] name a, url: url belongs to kind = \"http\", and this one is files; take it away",
        "hall.toml:11, [[outlets]] name a, baud: baud belongs to kind = \"modem\", and this one is files; take it away",
    ] },
    Bad { name: "an address that everybody can read",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"http\"\nurl = \"http://10.0.0.1/send?secret\"\n\n[hours]", said: &[
        "hall.toml:8, [[outlets]] name a, url: the address begins with http://, which everybody on the way can read; only this machine (127.0.0.1, localhost) may be written so, all others https://",
    ] },
    Bad { name: "an address with a password",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"http\"\nurl = \"https://u:secret@a.cn/\"\n\n[hours]", said: &[
        "hall.toml:8, [[outlets]] name a, url: the address holds a user or password before @; write the token into a file and name it in token_file",
    ] },
    Bad { name: "an address without host",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"http\"\nurl = \"a.cn/send\"\n\n[hours]", said: &[
        "hall.toml:8, [[outlets]] name a, url: the address is not one such as \"https://messages.example.gov.cn/send\"",
    ] },
    Bad { name: "files that are not absolute, and too long a time",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"http\"\nurl = \"https://a.cn/\"\ntoken_file = \"token\"\nca_file = \"ca.pem\"\ntimeout_s = 61\n\n[hours]", said: &[
        "hall.toml:9, [[outlets]] name a, token_file: token is not an absolute path, such as /etc/hallgate/outlet.token",
        "hall.toml:10, [[outlets]] name a, ca_file: ca.pem is not an absolute path, such as /etc/hallgate/outlet-ca.pem",
        "hall.toml:11, [[outlets]] name a, timeout_s: 61 is not between 1 and 60",
    ] },
    Bad { name: "a9 telephone numbers in files",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"files\"\npath = \"/srv/a\"\n\n[hours]", said: &[
        "hall.toml:5, [[outlets]] name a, for[0]: files would hold telephone numbers in clear; messages need kind = \"modem\" or \"http\"",
    ] },
    Bad { name: "r5 work orders by short message",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nport = \"/dev/hallgate/modem\"\nfor = [\"work_orders\"]\n\n[hours]", said: &[
        "hall.toml:8, [[outlets]] name a, for[0]: a modem sends short messages to people; work orders need kind = \"http\" or \"files\"",
    ] },
    Bad { name: "an outlet for nothing, twice, or something else",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nport = \"/dev/hallgate/a\"\nfor = []\n\n[[outlets]]\nname = \"b\"\nkind = \"http\"\nurl = \"https://a.cn/\"\nfor = [\"messages\", \"messages\"]\n\n[hours]", said: &[
        "hall.toml:8, [[outlets]] name a, for: nothing goes out through this outlet; write for = [\"messages\"] or for = [\"work_orders\"]",
        "hall.toml:14, [[outlets]] name b, for[1]: messages is already taken in line 14; give this one another",
    ] },
    Bad { name: "an outlet for what is none",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nport = \"/dev/hallgate/a\"\nfor = [\"letters\"]\n\n[hours]", said: &[
        "hall.toml:8, [[outlets]] name a, for[0]: \"letters\" is not one of messages, work_orders",
    ] },
    Bad { name: "r5 files beside the database",
        find: "[hours]", put: "[[outlets]]\nname = \"a\"\nkind = \"files\"\nfor = [\"work_orders\"]\npath = \"/var/lib/hallgate/drop\"\n\n[hours]", said: &[
        "hall.toml:9, [[outlets]] name a, path: /var/lib/hallgate/drop is not a directory of its own; whoever empties it must not come near the database",
    ] },
    Bad { name: "a lamp without its pin",
        find: "[[printers]]", put: "[[lamps]]\nname = \"灯\"\nkind = \"raspberry\"\n\n[[printers]]", said: &[
        "hall.toml:88, [[lamps]] name 灯: a lamp of this kind needs pin; write pin = 17",
    ] },
    Bad { name: "a lamp with keys of another kind",
        find: "[[printers]]", put: "[[lamps]]\nname = \"灯\"\nkind = \"virtual\"\npin = 17\n\n[[printers]]", said: &[
        "hall.toml:91, [[lamps]] name 灯, pin: a lamp of this kind has no pin; take it away, or change kind",
    ] },
    Bad { name: "a lamp on a pin that the header has not",
        find: "[[printers]]", put: "[[lamps]]\nname = \"灯\"\nkind = \"raspberry\"\npin = 40\n\n[[printers]]", said: &[
        "hall.toml:91, [[lamps]] name 灯, pin: 40 is not between 2 and 27",
    ] },
    Bad { name: "a lamp on something that is no device",
        find: "[[printers]]", put: "[[lamps]]\nname = \"灯\"\nkind = \"gpio\"\nchip = \"gpiochip0\"\nline = 5\n\n[[printers]]", said: &[
        "hall.toml:91, [[lamps]] name 灯, chip: gpiochip0 is not a GPIO chip under /dev, such as /dev/gpiochip0, or the label of one, such as cp2112_gpio",
    ] },
    Bad { name: "two lamps on one line",
        find: "[[printers]]", put: "[[lamps]]\nname = \"灯\"\nkind = \"raspberry\"\npin = 17\n\n[[lamps]]\nname = \"灯二\"\nkind = \"raspberry\"\npin = 17\n\n[[printers]]", said: &[
        "hall.toml:96, [[lamps]] name 灯二, pin: pin 17 of the Raspberry Pi's header is already taken in line 91; give this one another",
    ] },
    Bad { name: "a lamp of a kind that does not exist",
        find: "[[printers]]", put: "[[lamps]]\nname = \"灯\"\nkind = \"relay\"\n\n[[printers]]", said: &[
        "hall.toml:90, [[lamps]] name 灯, kind: \"relay\" is not one of raspberry, gpio, virtual",
    ] },
    Bad { name: "p2 a staff number that a keypad cannot tell, and a pin in the clear",
        find: "[hours]", put: "[[staff]]\nnumber = \"0101\"\nname = \"甲\"\npin = \"1234\"\n\n[[staff]]\nnumber = \"102\"\nname = \"乙\"\npin = \"1234\"\nstars = 6\nwindows = [9]\nstand_ins = [\"102\"]\n\n[hours]", said: &[
        "hall.toml:8, [[staff]] number 0101, pin: the pin is not a hash; write what `hallgate pin` prints, which begins with $argon2id$",
        "hall.toml:11, [[staff]] number 102, number: 102 has 3 digits and the first number has 4; all need as many, so that the keypad knows when one is complete",
        "hall.toml:13, [[staff]] number 102, pin: the pin is not a hash; write what `hallgate pin` prints, which begins with $argon2id$",
        "hall.toml:14, [[staff]] number 102, stars: 6 is not between 0 and 5",
        "hall.toml:15, [[staff]] number 102, windows[0]: there is no window 9; list numbers of [[windows]]",
        "hall.toml:16, [[staff]] number 102, stand_ins[0]: there is no other staff number 102; there are: 0101",
    ] },
    Bad { name: "p2 PINs that are too short",
        find: "[hours]", put: "[sign_in]\npin_digits = 3\n\n[hours]", said: &[
        "hall.toml:6, [sign_in] pin_digits: 3 is not between 4 and 8",
    ] },
    Bad { name: "p2 an unknown way to show who is on duty",
        find: "[hours]", put: "[sign_in]\nshown = \"all\"\n\n[hours]", said: &[
        "hall.toml:6, [sign_in] shown: \"all\" is not one of none, number, name",
    ] },
    Bad { name: "p1 a reason for pauses twice, and one that never ends",
        find: "[hours]", put: "[[pauses]]\ncode = 1\nname = \"就餐\"\nminutes = 45\n\n[[pauses]]\ncode = 1\nname = \"会议\"\nminutes = 481\n\n[hours]", said: &[
        "hall.toml:11, [[pauses]] code 1, code: 1 is already taken in line 6; give this one another",
        "hall.toml:13, [[pauses]] code 1, minutes: 481 is not between 1 and 480",
    ] },
    Bad { name: "p4 a service with the number of a window",
        find: "mean_min = 30", put: "mean_min = 30\nkeypad_code = 2", said: &[
        "hall.toml:59, [[services]] code tuixiu, keypad_code: 2 is the number of a window; choose one that no window has",
    ] },
    Bad { name: "p5 deadlines of no days and of a season",
        find: "[hours]", put: "[follow_up]\nsimple_days = 0\nfinding_days = 61\nwork_days = 3\n\n[hours]", said: &[
        "hall.toml:8, [follow_up] work_days: work_days is not a key here; allowed: work_order_days, simple_days, complex_days, call_back_days, finding_days",
    ] },
    Bad { name: "p5 deadlines beyond what can be agreed",
        find: "[hours]", put: "[follow_up]\nsimple_days = 0\nfinding_days = 61\n\n[hours]", said: &[
        "hall.toml:6, [follow_up] simple_days: 0 is not between 1 and 60",
        "hall.toml:7, [follow_up] finding_days: 61 is not between 1 and 60",
    ] },
];
