//! Profiles, panels and specifications as the program lists, shows and checks them.

use puricell_purity::events::{CytoProfile, MarkerPanel};
use puricell_purity::{Profile, Spec};

use crate::program::{puricell, transcript};

#[test]
fn profiles_of_both_kinds_are_listed_and_an_unknown_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!("profile_list", transcript(folder.path(), &["profile", "list"]));
    insta::assert_snapshot!("no_such_builtin", transcript(folder.path(), &["profile", "show", "cornea"]));
    insta::assert_snapshot!("no_such_example", transcript(folder.path(), &["profile", "show", "spec:cornea"]));
}

#[test]
fn built_in_files_of_cytometry_are_shown_and_are_fine() {
    let folder = tempfile::tempdir().unwrap();
    let shown = |id: &str| {
        let output = puricell().args(["profile", "show", id]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{id}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (id, text, file) in [
        ("msc-flow", CytoProfile::builtin_text("msc-flow").unwrap(), "msc-flow.toml"),
        ("markers", MarkerPanel::builtin_text(), "markers.toml"),
        ("spec:msc-flow", Spec::example_text("msc-flow").unwrap(), "spec.toml"),
    ] {
        assert_eq!(shown(id).trim_end(), text.trim_end(), "{id}");
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    let check = |file: &str| transcript(folder.path(), &["profile", "check", file]);
    insta::assert_snapshot!("check_cyto_profile", check("msc-flow.toml"));
    insta::assert_snapshot!("check_markers", check("markers.toml"));
    insta::assert_snapshot!("check_event_spec", check("spec.toml"));
}

#[test]
fn every_built_in_profile_and_example_specification_is_shown_and_is_fine() {
    let folder = tempfile::tempdir().unwrap();
    for id in Profile::list() {
        for (shown, text, file) in [
            ((*id).to_owned(), Profile::builtin_text(id).unwrap(), "profile.toml"),
            (format!("spec:{id}"), Spec::example_text(id).unwrap(), "spec.toml"),
        ] {
            let output = puricell().args(["profile", "show", &shown]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), text.trim_end(), "{shown}");
            std::fs::write(folder.path().join(file), text).unwrap();
            let checked = puricell().args(["profile", "check", file]).current_dir(folder.path()).output().unwrap();
            let said = String::from_utf8(checked.stdout).unwrap();
            assert!(checked.status.success() && said.starts_with(&format!("{file}: fine (")), "{shown}: {said}");
            assert!(said.contains(id), "{shown}: {said}");
        }
    }
}

#[test]
fn wrong_files_of_cytometry_are_refused_with_every_problem() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str, changes: &[(&str, &str)]| {
        let mut text = text.to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        std::fs::write(folder.path().join(name), text).unwrap();
    };
    let check = |file: &str| transcript(folder.path(), &["profile", "check", file]);
    let profile = CytoProfile::builtin_text("msc-flow").unwrap();
    write("mine.toml", profile, &[("max_dead = 0.5", "max_dead = 50.0"), ("pos = [\"CD3\"]", "pos = [\"CD300\"]")]);
    insta::assert_snapshot!("check_wrong_cyto_profile", check("mine.toml"));
    write("key.toml", profile, &[("time_mads = 6.0", "time_mad = 6.0")]);
    insta::assert_snapshot!("check_unknown_key_of_cyto_profile", check("key.toml"));
    write("markers.toml", MarkerPanel::builtin_text(), &[("id = \"CD19\"", "id = \"CD3\"")]);
    insta::assert_snapshot!("check_wrong_markers", check("markers.toml"));
    // Held against the profile that it comes closest to: of cytometry, for only that one has `cd105_low`.
    let spec = Spec::example_text("msc-flow").unwrap();
    write("spec.toml", spec, &[("class = \"endothelial\"", "class = \"cd105_low\""), ("max = 0.02", "max = 2.0")]);
    insta::assert_snapshot!("check_wrong_event_spec", check("spec.toml"));
}
