//! What goes to stderr: log lines for people or machines, and progress on a terminal.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::timing::StageTiming;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Writes to stderr. Results never go through here. A clone writes to the same progress line.
#[derive(Debug, Clone)]
pub struct Log {
    format: LogFormat,
    chatty: bool,
    bar: Option<ProgressBar>,
}

impl Log {
    /// Progress and remarks show on a terminal only, so that a pipe or a batch log holds warnings and errors. JSON
    /// lines hold everything wherever they go. `quiet` leaves warnings and errors.
    pub fn new(format: LogFormat, quiet: bool) -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        let chatty = !quiet && (on_terminal || format == LogFormat::Json);
        let bar = (chatty && format == LogFormat::Text).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { format, chatty, bar }
    }

    /// The stage that begins.
    pub fn stage(&self, name: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(name);
        }
        if self.chatty && self.format == LogFormat::Json {
            self.line("stage", name, &[]);
        }
    }

    /// What a stage that ended has cost: for machines only, with the fields of `timing.json`.
    pub(crate) fn cost(&self, taken: &StageTiming) {
        if self.chatty && self.format == LogFormat::Json {
            // Plain numbers and a name always fit in JSON.
            let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(taken) else { return };
            self.object("timing", &taken.stage, fields);
        }
    }

    /// A remark.
    pub fn info(&self, message: &str) {
        if self.chatty {
            self.line("info", message, &[]);
        }
    }

    /// A warning, with its stable code.
    pub fn warn(&self, code: &str, message: &str) {
        self.line("warning", message, &[("code", code)]);
    }

    /// Why the command ended, and a way out.
    pub fn error(&self, message: &str, hint: Option<&str>) {
        match hint {
            Some(hint) => self.line("error", message, &[("hint", hint)]),
            None => self.line("error", message, &[]),
        }
    }

    /// Takes the progress line away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, level: &str, message: &str, more: &[(&str, &str)]) {
        match self.format {
            LogFormat::Json => {
                let fields = more.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
                self.object(level, message, fields);
            }
            LogFormat::Text => {
                let first = if level == "info" { message.to_owned() } else { format!("{level}: {message}") };
                self.write(&more.iter().fold(first, |text, (key, value)| match *key {
                    "hint" => format!("{text}\nhint: {value}"),
                    _ => format!("{text} [{value}]"),
                }));
            }
        }
    }

    /// One JSON line.
    fn object(&self, level: &str, message: &str, fields: serde_json::Map<String, serde_json::Value>) {
        let mut object = serde_json::Map::new();
        object.insert("level".into(), level.into());
        object.insert("message".into(), message.into());
        object.extend(fields);
        self.write(&serde_json::Value::Object(object).to_string());
    }

    fn write(&self, text: &str) {
        let write = || {
            // A closed stderr is no reason to fail.
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}
