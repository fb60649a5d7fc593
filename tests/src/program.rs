//! The binary under test: `hallgate` as it was built into the target directory of this very run.
//!
//! Cargo does not build another package's binary for an integration test, and one that lies there from last week would prove
//! nothing. So the first hall of each test process has Cargo bring it up to date, into the same directory and profile; that
//! takes a moment when it is fresh. A test that is started without Cargo takes what lies there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of `hallgate`.
///
/// # Panics
/// When it cannot be built, with Cargo's words.
pub fn hallgate() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows its own path");
        // target/<profile>/deps/<test>
        let profile = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
        if let Some(cargo) = std::env::var_os("CARGO") {
            build(&cargo, profile);
        }
        let program = profile.join("hallgate");
        assert!(program.exists(), "{}: build it with cargo build -p firmware-host", program.display());
        program
    })
}

fn build(cargo: &std::ffi::OsStr, profile: &Path) {
    let name = profile.file_name().and_then(|name| name.to_str()).unwrap_or("debug");
    // The directory of the profile `dev` has a name of its own.
    let name = if name == "debug" { "dev" } else { name };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "firmware-host", "--bin", "hallgate", "--profile", name])
        .arg("--manifest-path")
        .arg(workspace)
        .arg("--target-dir")
        .arg(profile.parent().expect("a profile's directory lies in the target directory"))
        .output()
        .expect("cargo can be started, it started this test");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}
