//! Where each automatic gate's limits come from, in a sentence.

use puricell_prep::cyto::quality::{Derivation, MarginChannels, QualityParams};
use puricell_purity::group_thousands;

use super::AutomaticSteps;

/// One sentence per step, in the order they ran.
pub(super) fn sentences(steps: &AutomaticSteps, params: &QualityParams) -> [String; 5] {
    [time(steps, params), margin(params), debris(steps, params), singlets(steps, params), viability(steps, params)]
}

/// A value as people read it: whole from 1,000 on, else with four significant digits at most.
fn number(value: f64) -> String {
    let size = value.abs();
    if (999.5..1e15).contains(&size) {
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}{}", group_thousands(size.round() as u64));
    }
    let decimals = [100.0, 10.0, 1.0, 0.1].iter().position(|&step| size >= step).map_or(5, |i| i + 1);
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn channel_of(steps: &AutomaticSteps, at: usize) -> String {
    let gate = steps.steps()[at].gate.as_ref();
    gate.map(|g| g.channels().join(" / ")).unwrap_or_default()
}

fn time(steps: &AutomaticSteps, params: &QualityParams) -> String {
    let bins = &steps.time.bins;
    let bad = bins.iter().filter(|b| b.is_anomalous()).count();
    let rate = bins.iter().filter(|b| b.rate_anomalous).count();
    let shifted = bins.iter().filter(|b| !b.shifted.is_empty()).count();
    let size = bins.first().map_or(0, |b| b.n_events);
    format!(
        "{} of {} bins of {} events are left out: the event rate of {} is at least {} fold off, in {} the mean rank \
         of a channel is off by at least {}, each by more than {} deviations (1.4826 MAD over the bins)",
        group_thousands(bad as u64),
        group_thousands(bins.len() as u64),
        group_thousands(size as u64),
        group_thousands(rate as u64),
        number(params.time.min_rate_fold),
        group_thousands(shifted as u64),
        number(params.time.min_shift),
        number(params.time.n_mads),
    )
}

fn margin(params: &QualityParams) -> String {
    let channels = match params.margin.channels {
        MarginChannels::ScatterAndFluorescence => "scatter and fluorescence",
        MarginChannels::Scatter | MarginChannels::None => "scatter",
    };
    let upper = match params.margin.upper {
        Some(upper) => format!("{}, as given", number(upper)),
        None => "the end of the detector's range in the file".to_owned(),
    };
    let minimum = params.margin.scatter_minimum;
    let lower = if minimum > 0.0 && minimum < 1e-30 {
        "scatter is above 0".to_owned()
    } else {
        format!("scatter is at least {}", number(minimum))
    };
    format!("{lower}, and {channels} below {upper}")
}

fn debris(steps: &AutomaticSteps, params: &QualityParams) -> String {
    let result = &steps.debris;
    let channel = channel_of(steps, 2);
    let cut = number(result.threshold.unwrap_or(f64::NAN));
    let main = number(result.main.unwrap_or(f64::NAN));
    let share = number(params.debris.max_share_of_main);
    match result.step.derivation {
        Derivation::Given => format!("{channel} of at least {cut}, as given"),
        Derivation::Capped => format!(
            "{channel} of at least {cut}, {share} of the main population's {main}: the valley above the debris lies higher, and \
             small cells must not leave with it"
        ),
        _ => format!(
            "{channel} of at least {cut}, the foot of the debris peak of its density; the main population is at {main}, and the \
             cut at most {share} of it"
        ),
    }
}

fn singlets(steps: &AutomaticSteps, params: &QualityParams) -> String {
    let result = &steps.singlets;
    let channel = channel_of(steps, 3);
    let max = number(result.max_ratio.unwrap_or(f64::NAN));
    match (result.step.derivation, result.median, result.log_mad) {
        (Derivation::Mad, Some(median), Some(spread)) => format!(
            "{channel} below {max}: the median is {}, and a doublet lies at least {} deviations (1.4826 MAD of the \
             logarithm, {}) and {} times above it",
            number(median),
            number(params.singlets.n_mads),
            number(spread),
            number(params.singlets.min_fold),
        ),
        _ => format!("{channel} below {max}, as given"),
    }
}

fn viability(steps: &AutomaticSteps, params: &QualityParams) -> String {
    let result = &steps.viability;
    let channel = channel_of(steps, 4);
    let threshold = number(result.threshold.unwrap_or(f64::NAN));
    match result.step.derivation {
        Derivation::Given => format!("{channel} below {threshold}, as given"),
        _ => format!(
            "{channel} below {threshold}, the valley below the brightest peak of the density of asinh({channel} / {}) that \
             lies at least {} from the next and holds at most {} of the events",
            number(params.viability.cofactor),
            number(params.viability.min_separation),
            number(params.viability.max_dead),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        let shown = [98_000.4, 999.6, 812.34, 1.2074, 0.25, 0.0312, 150.0, -24_500.0, 6.0].map(number);
        assert_eq!(shown, ["98,000", "1,000", "812.3", "1.207", "0.25", "0.0312", "150", "-24,500", "6"]);
    }
}
