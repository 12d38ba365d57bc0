//! `ro-crate-metadata.json`, read as a program that knows nothing of puricell would.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{hashes, puricell, run_lot, test_data};

const FILE: &str = "ro-crate-metadata.json";

/// What is listed without size and hash: these vary, or hold the crate's own hash.
const LISTED_ONLY: [&str; 3] = ["audit.jsonl", "manifest.json", "timing.json"];

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every `@id` that something refers to.
fn referred(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("@id") => {
            into.insert(map["@id"].as_str().unwrap().to_owned());
        }
        Value::Object(map) => map.values().for_each(|v| referred(v, into)),
        Value::Array(all) => all.iter().for_each(|v| referred(v, into)),
        _ => {}
    }
}

fn ids(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    referred(value, &mut found);
    found
}

/// Checks a folder's crate against the folder and its manifest, and returns its entities by id.
pub(crate) fn check(folder: &Path) -> BTreeMap<String, Value> {
    let whole = read(&folder.join(FILE));
    assert_eq!(whole["@context"][0], "https://w3id.org/ro/crate/1.1/context");
    let graph = whole["@graph"].as_array().unwrap();
    let entities: BTreeMap<String, Value> =
        graph.iter().map(|e| (e["@id"].as_str().unwrap().to_owned(), e.clone())).collect();
    assert_eq!(entities.len(), graph.len(), "an id stands for two things");
    assert!(graph.iter().all(|e| e["@type"].is_string()));
    let mut known: BTreeSet<String> = entities.keys().cloned().collect();
    // The one thing that the specification has referred to without describing it.
    known.insert("https://w3id.org/ro/crate/1.1".into());
    assert_eq!(ids(&whole["@graph"]).difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());

    let root = &entities["./"];
    assert_eq!((&entities[FILE]["about"]["@id"], &root["@type"]), (&root["@id"], &Value::from("Dataset")));
    let profile = &entities[root["conformsTo"]["@id"].as_str().unwrap()];
    assert_eq!(profile["name"], "Process Run Crate");

    // Every file of the folder, and with the bytes it has.
    let mut on_disk = hashes(folder);
    on_disk.remove(FILE);
    let parts = ids(&root["hasPart"]);
    for (name, hash) in &on_disk {
        assert!(parts.contains(name), "{name} is no part");
        let file = &entities[name];
        assert_eq!((&file["@type"], &file["name"]), (&Value::from("File"), &Value::from(name.as_str())));
        assert!(
            file["encodingFormat"].as_str().unwrap().contains('/')
                && file["encodingFormat"] != "application/octet-stream"
        );
        if LISTED_ONLY.contains(&name.as_str()) {
            assert!(file.get("sha256").is_none() && file.get("contentSize").is_none(), "{name}");
        } else {
            let bytes = fs::metadata(folder.join(name)).unwrap().len().to_string();
            assert_eq!(
                (&file["sha256"], &file["contentSize"]),
                (&Value::from(hash.as_str()), &Value::from(bytes)),
                "{name}"
            );
        }
    }
    // And no other: what lies elsewhere goes by its hash.
    let elsewhere = |id: &&String| id.starts_with("nih:sha-256;");
    let here: BTreeSet<&String> = parts.iter().filter(|id| !elsewhere(id)).collect();
    assert_eq!(here, on_disk.keys().collect());
    assert!(graph.iter().all(|e| e["@type"] != "File" || parts.contains(e["@id"].as_str().unwrap())));

    // What the action read, by which program, and what it made.
    let manifest = read(&folder.join("manifest.json"));
    let action = &entities[root["mentions"]["@id"].as_str().unwrap()];
    assert_eq!(action["@type"], "CreateAction");
    let program = &entities[action["instrument"]["@id"].as_str().unwrap()];
    assert_eq!((&program["@type"], &program["name"]), (&Value::from("SoftwareApplication"), &manifest["tool"]["name"]));
    assert_eq!(program["softwareVersion"], manifest["tool"]["version"]);
    assert_eq!(ids(&action["result"]), here.into_iter().cloned().collect());
    let listed = |key: &str| manifest[key].as_array().unwrap().clone();
    let mut objects: BTreeSet<String> = BTreeSet::new();
    for thing in listed("inputs").iter().chain(&listed("definitions")) {
        let of = |key: &str| thing[key].as_str().unwrap();
        let id = format!("nih:sha-256;{}", of("sha256"));
        let entity = &entities[&id];
        let name = match thing["built_in"].as_bool() {
            None => of("name").to_owned(),
            Some(false) => of("id").to_owned(),
            Some(true) => format!("{} {}", of("kind"), of("id")),
        };
        let mut names = entity["alternateName"].as_array().into_iter().flatten().chain([&entity["name"]]);
        assert!(names.any(|n| *n == name), "{thing}");
        assert_eq!(entity["sha256"], thing["sha256"]);
        objects.insert(id);
    }
    assert_eq!(ids(&action["object"]), objects);
    assert_eq!(manifest["outputs"][FILE], hashes(folder)[FILE].as_str());
    assert!(puricell().arg("verify").arg(folder).output().unwrap().status.success());
    entities
}

// Verifies R-34.
#[test]
fn a_result_of_cells_lists_its_files_its_inputs_and_what_made_it() {
    let base = tempfile::tempdir().unwrap();
    let folder = base.path();
    fs::write(folder.join("lot.toml"), "lot = \"A \\\"7\\\"\"\n").unwrap();
    fs::copy(test_data("demo/lot.h5"), folder.join("lot.h5")).unwrap();
    let run = |out: &str, date: Option<&str>| {
        let mut command = puricell();
        command.current_dir(folder).args(["run", "lot.h5", "--profile", "adipose", "--metadata", "lot.toml"]);
        command.args(["--no-umap", "--quiet", "--operator", "Li Wei", "--out", out]);
        if let Some(date) = date {
            command.env("SOURCE_DATE_EPOCH", date);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        check(&folder.join(out))
    };
    let entities = run("plain", None);
    assert_eq!(entities["./"]["name"], "puricell: lot A \"7\"");
    assert_eq!(entities["#run"]["description"], "puricell run lot.h5 --profile=adipose --metadata=lot.toml --no-umap");
    assert_eq!(entities["result.h5ad"]["encodingFormat"], "application/x-hdf5");
    // A file of the user's is a file; what is built in is a part of the program.
    let of = |name: &str| entities.values().find(|e| e["name"] == name).unwrap();
    assert_eq!((&of("lot.toml")["@type"], &of("lot.h5")["@type"]), (&Value::from("File"), &Value::from("File")));
    let profile = of("profile adipose");
    assert_eq!(
        (&profile["@type"], &profile["isPartOf"]["@id"]),
        (&Value::from("CreativeWork"), &of("puricell")["@id"])
    );
    // Neither time nor place nor person.
    let text = fs::read_to_string(folder.join("plain").join(FILE)).unwrap();
    for varies in ["datePublished", "endTime", "Li Wei", &*folder.to_string_lossy()] {
        assert!(!text.contains(varies), "{varies}");
    }
    let dated = run("dated", Some("1700000000"));
    assert_eq!(dated["./"]["datePublished"], "2023-11-14T22:13:20Z");
}

// Verifies R-34.
#[test]
fn a_result_of_events_lists_its_files_its_inputs_and_what_made_it() {
    let base = tempfile::tempdir().unwrap();
    let out = base.path().join("out");
    run_lot(&test_data("flow-lots/spleen_f0.005.fcs"), "spleen-t-cells", &out, &["--no-umap"]);
    let entities = check(&out);
    assert!(entities.contains_key("gates.xml") && !entities.contains_key("result.h5ad"));
}
