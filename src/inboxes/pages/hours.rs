//! When somebody is there, and what is said else.
use super::{At, Head, load, saved};
use crate::{
    auth::AdministratorPage,
    db::Db,
    error::{Error, Result},
    inboxes::{
        commands,
        input::{DayInput, InboxInput},
        model::WorkingHour,
        payload::Details,
    },
    web::{
        Form, Input,
        fields::{Flag, List, Patch, Text},
        forms::{Choice, FormErrors},
        html, refused,
        shell::Shell,
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/inboxes/{id}/hours").route(get().to(show)).route(post().to(save)));
}

/// A day of the form, as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Day {
    day_of_week: Text,
    /// `open`, `closed` or `all_day`.
    state: Text,
    /// As in `09:00`.
    opens: Text,
    closes: Text,
}

impl Day {
    fn of(hour: &WorkingHour) -> Day {
        let time = |hour: Option<i16>, minutes: Option<i16>| {
            Text(hour.zip(minutes).map(|(hour, minutes)| format!("{hour:02}:{minutes:02}")).unwrap_or_default())
        };
        let state = match (hour.closed_all_day, hour.open_all_day) {
            (true, _) => "closed",
            (_, true) => "all_day",
            _ => "open",
        };
        Day {
            day_of_week: Text(hour.day_of_week.to_string()),
            state: Text(state.into()),
            opens: time(hour.open_hour, hour.open_minutes),
            closes: time(hour.close_hour, hour.close_minutes),
        }
    }

    fn input(&self) -> DayInput {
        let state = self.state.0.as_str();
        let day = DayInput {
            day_of_week: Patch::Set(self.day_of_week.clone()),
            closed_all_day: Patch::Set(Flag(state == "closed")),
            open_all_day: Patch::Set(Flag(state == "all_day")),
            ..DayInput::default()
        };
        if state != "open" {
            return day;
        }
        let ((open_hour, open_minutes), (close_hour, close_minutes)) = (parts(&self.opens), parts(&self.closes));
        DayInput { open_hour, open_minutes, close_hour, close_minutes, ..day }
    }

    fn states(&self, page: &Shell) -> Vec<Choice> {
        ["open", "closed", "all_day"].map(|state| Choice::new(state, page.t(&format!("hours-{state}")), &self.state.0)).into()
    }
}

/// The hour and the minutes of a time. What is none is refused as it stands.
fn parts(Text(time): &Text) -> (Patch<Text>, Patch<Text>) {
    match time.split_once(':') {
        Some((hour, minutes)) => (Patch::Set(Text(hour.into())), Patch::Set(Text(minutes.into()))),
        None => (Patch::Null, Patch::Null),
    }
}

/// A day as the page shows it.
struct DayRow {
    name: String,
    states: Vec<Choice>,
    day: Day,
    /// Whether it cannot be stored like this.
    wrong: bool,
}

#[derive(Template)]
#[template(path = "inboxes/hours.html")]
struct HoursPage {
    page: Shell,
    inbox: Head,
    days: Vec<DayRow>,
    zones: Vec<Choice>,
    fields: Fields,
    errors: FormErrors,
}

/// The fields, as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Fields {
    working_hours_enabled: Flag,
    out_of_office_message: Text,
    timezone: Text,
    days: List<Day>,
}

impl Input for Fields {}

impl Fields {
    fn of(details: &Details) -> Fields {
        let inbox = &details.inbox;
        Fields {
            working_hours_enabled: Flag(inbox.working_hours_enabled),
            out_of_office_message: Text(inbox.out_of_office_message.clone().unwrap_or_default()),
            timezone: Text(inbox.timezone.clone()),
            days: List(details.hours.iter().map(Day::of).collect()),
        }
    }

    fn input(&self) -> InboxInput {
        let message = self.out_of_office_message.0.trim();
        InboxInput {
            working_hours_enabled: Patch::Set(self.working_hours_enabled),
            out_of_office_message: if message.is_empty() { Patch::Null } else { Patch::Set(Text(message.to_owned())) },
            timezone: Patch::Set(self.timezone.clone()),
            working_hours: List(self.days.0.iter().map(Day::input).collect()),
            ..InboxInput::default()
        }
    }
}

fn draw(page: Shell, Details { inbox, hours, .. }: &Details, fields: Fields, errors: FormErrors) -> HoursPage {
    let row = |day: &Day| {
        let number = day.day_of_week.0.trim().parse::<u8>().unwrap_or_default().min(6);
        let wrong = day.input().apply(&mut hours.clone()).is_err();
        DayRow { name: page.t(&format!("weekday-{number}")), states: day.states(&page), day: day.clone(), wrong }
    };
    let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| Choice::new(zone.name(), zone.name(), &fields.timezone.0)).collect();
    HoursPage { inbox: Head::of(&page, inbox, true), days: fields.days.0.iter().map(row).collect(), zones, fields, errors, page }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let details = db.read(move |conn| load(conn, administrator.account_id(), id)).await?;
    let (fields, errors) = (Fields::of(&details), FormErrors::new(page.lang));
    html(&draw(page, &details, fields, errors))
}

async fn save(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let ((_, id), account, input) = (path.into_inner(), administrator.account_id(), fields.input());
    let error = match db.write(move |tx| commands::update(tx, &administrator, id, input)).await {
        Ok(_) => return Ok(saved(&page, id, "/hours")),
        Err(error) => error,
    };
    let mut errors = FormErrors::new(page.lang);
    match error {
        Error::Invalid { attributes, .. }
            if attributes.iter().any(|name| name.contains("_hour") || name.contains("_minutes") || name.contains("day")) =>
        {
            errors.add("days", "error-hours");
        }
        error => errors = errors.refuse(error)?,
    }
    let details = db.read(move |conn| load(conn, account, id)).await?;
    refused(&draw(page, &details, fields, errors))
}
