//! Personal data at rest: names, telephone and identity numbers of people, rule A9.
