//! The events that a study draws from.

use puricell_core::{CellMask, Channel, ChannelKind, Dense, Events};
use puricell_prep::cyto::Spillover;

use super::pool::Group;
use crate::error::AppError;
use crate::pipeline::Measured;

/// A file of events of one group.
#[derive(Debug, Clone)]
pub struct EventFile {
    /// What messages call it.
    pub name: String,
    /// The group: 0 is the target, class `i` of the study is `i + 1`.
    pub group: usize,
    /// Its events, as measured.
    pub measured: Measured,
    /// Which of them are viable singlets by the gates that the file would get as a lot.
    pub mask: CellMask,
}

/// The events of all groups over the channels of the first file.
#[derive(Debug, Clone)]
pub struct EventPool {
    /// Linear, uncompensated; no channel of time, which a mixture does not have.
    pub events: Events,
    /// The matrix that all files carry.
    pub file_spillover: Option<Spillover>,
    /// A matrix given in its place.
    pub given_spillover: Option<Spillover>,
    /// Viable singlets: rows of [`EventPool::events`]. The target first, then a group per class.
    pub groups: Vec<Group>,
    /// Rows of the target's events that are no viable singlets: debris, doublets, dead cells.
    pub outside: Vec<usize>,
}

impl EventPool {
    /// Brings the events of the files together. `groups` are the ids of the groups. Of the contaminants' files only viable
    /// singlets are taken: what surrounds the cells of a lot is what surrounds its target cells.
    ///
    /// # Errors
    /// [`AppError::Channels`] for files of other channels, stains, ranges or spillover matrices than the first;
    /// [`AppError::NoData`] for a group without a viable singlet.
    pub fn gather(files: &[EventFile], groups: &[String]) -> Result<Self, AppError> {
        let mut pool_groups: Vec<Group> = groups.iter().map(|id| Group { id: id.clone(), rows: Vec::new() }).collect();
        let Some(first) = files.first() else {
            return Err(AppError::Internal { place: "event pool", message: "no file".into() });
        };
        let all = first.measured.events.channels();
        let channels: Vec<Channel> = all.iter().filter(|c| c.kind != ChannelKind::Time).cloned().collect();
        let (mut values, mut n_rows, mut outside) = (Vec::new(), 0_usize, Vec::new());
        for file in files {
            let columns = columns(first, file, &channels)?;
            if file.measured.file_spillover != first.measured.file_spillover && first.measured.given_spillover.is_none()
            {
                return Err(AppError::Channels {
                    message: format!(
                        "{} and {} carry other spillover matrices: events compensated by two matrices are no one lot's",
                        first.name, file.name
                    ),
                    hint: "give one matrix for all with --compensation FILE (CSV); or say --compensation none, if the \
                           values are compensated or unmixed already"
                        .into(),
                });
            }
            for event in 0..file.measured.events.n_events() {
                let is_kept = file.mask.is_kept(event);
                if !is_kept && file.group != 0 {
                    continue;
                }
                let row = file.measured.events.values().row(event);
                values.extend(columns.iter().map(|&c| row[c]));
                if is_kept {
                    pool_groups[file.group].rows.push(n_rows);
                } else {
                    outside.push(n_rows);
                }
                n_rows += 1;
            }
        }
        if let Some(group) = pool_groups.iter().find(|g| g.rows.is_empty()) {
            return Err(AppError::NoData {
                message: format!("there is not one viable singlet of {} to mix", group.id),
                hint: "look at what the gates leave out of the file with `puricell run`",
            });
        }
        let fail = |message: String| AppError::Internal { place: "event pool", message };
        let values = Dense::new(n_rows, channels.len(), values).map_err(|e| fail(e.to_string()))?;
        Ok(Self {
            events: Events::new(values, channels).map_err(|e| fail(e.to_string()))?,
            file_spillover: first.measured.file_spillover.clone(),
            given_spillover: first.measured.given_spillover.clone(),
            groups: pool_groups,
            outside,
        })
    }
}

/// The columns of a file that hold the first file's channels: by name, with the same stain and range.
fn columns(first: &EventFile, file: &EventFile, channels: &[Channel]) -> Result<Vec<usize>, AppError> {
    let own = &file.measured.events;
    let refuse = |what: String| AppError::Channels {
        message: format!("{} cannot be mixed with {}: {what}", file.name, first.name),
        hint: "give files of one panel, measured with the same settings; look at both with `puricell inspect`".into(),
    };
    let missing: Vec<&str> =
        channels.iter().map(|c| c.name.as_str()).filter(|name| own.channel(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(refuse(format!("it lacks {}", missing.join(", "))));
    }
    let columns: Vec<usize> = channels.iter().filter_map(|c| own.channel(&c.name)).collect();
    for (channel, &column) in channels.iter().zip(&columns) {
        let found = &own.channels()[column];
        let stain = |c: &Channel| c.label.as_deref().map(|l| l.trim().to_lowercase()).filter(|l| !l.is_empty());
        if let (Some(here), Some(there)) = (stain(found), stain(channel))
            && here != there
        {
            return Err(refuse(format!(
                "channel {} is stained with {} here and with {} there",
                channel.name,
                found.label.as_deref().unwrap_or_default(),
                channel.label.as_deref().unwrap_or_default()
            )));
        }
        if found.range.total_cmp(&channel.range).is_ne() {
            return Err(refuse(format!(
                "channel {} has the range {} here and {} there",
                channel.name, found.range, channel.range
            )));
        }
    }
    Ok(columns)
}
