//! Settings → Contacts: a table is brought or wanted, and what becomes of it.
use super::{
    commands::{self, Chosen},
    model::{ContactJob, EXPORTS, IMPORTS, JobKind, JobState, MOST_TOLD, MOST_UNFINISHED},
    queries::{self, Listed},
    told,
};
use crate::{
    auth::{Administrator, AdministratorPage},
    contacts,
    db::{Db, DbConn, Tx, types::ContactJobId},
    error::{Error, Result},
    files::Links,
    labels,
    storage::Storage,
    web::{
        FileForm, Form, Input, NoFields, Quotas,
        fields::{Flag, List, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{Badge, Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get, post, resource},
};
use askama::Template;
use serde::Deserialize;

/// The pages, below `/app/accounts/{account_id}/settings`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/contacts").route(get().to(show)))
        .service(resource("/contacts/import").route(get().to(show)).route(post().to(import)))
        .service(resource("/contacts/export").route(get().to(show)).route(post().to(export)))
        .service(resource("/contacts/jobs/{id}").route(get().to(show_refused)))
        .service(resource("/contacts/jobs/{id}/cancel").route(post().to(cancel)));
}

struct Row {
    what: String,
    filename: String,
    badge: Badge,
    done: i64,
    total: i64,
    percent: i64,
    /// What has come of it, in words; nothing before it has ended.
    result: String,
    is_open: bool,
    is_import: bool,
    refused: i64,
    /// Where it is told of the rows that were refused, if any were.
    refused_url: Option<String>,
    /// Where its file is to be had, and what that is.
    file: Option<(String, String)>,
    created_at: i64,
    cancel: String,
}

#[derive(Template)]
#[template(path = "contact_jobs/show.html")]
struct JobsPage {
    page: Shell,
    url: String,
    open: Vec<Row>,
    past: Vec<Row>,
    labels: Vec<Choice>,
    with_custom: bool,
    errors: FormErrors,
}

/// A row that was refused.
struct Refused {
    line: i64,
    reason: String,
}

#[derive(Template)]
#[template(path = "contact_jobs/refused.html")]
struct RefusedPage {
    page: Shell,
    back_url: String,
    row: Row,
    refused: Vec<Refused>,
    /// Of how many it is told here, if those are not all.
    most: Option<i64>,
}

fn url_of(page: &Shell) -> String {
    page.settings("contacts")
}

fn badge(page: &Shell, job: &ContactJob) -> Badge {
    let (tone, icon) = match job.state {
        JobState::Waiting => ("off", "hourglass"),
        JobState::Running => ("busy", "rotate-cw"),
        JobState::Done if job.refused > 0 => ("warn", "triangle-alert"),
        JobState::Done => ("good", "circle-check"),
        JobState::Failed => ("bad", "circle-x"),
        JobState::Cancelled => ("off", "ban"),
    };
    Badge { tone, icon, label: page.t(&format!("contact-job-state-{}", job.state.name())) }
}

fn result(page: &Shell, job: &ContactJob) -> String {
    match (job.failure, job.kind) {
        _ if job.is_open() => String::new(),
        (Some(failure), _) => told::why(failure, page.lang),
        (None, JobKind::Export) => page.ta("contact-job-written", &[("number", job.done.into())]),
        (None, JobKind::Import) => {
            let numbers = [("created", job.created.into()), ("updated", job.updated.into()), ("refused", job.refused.into())];
            page.ta("contact-job-brought", &numbers)
        }
    }
}

fn row(page: &Shell, links: &Links, (job, file): &Listed) -> Row {
    Row {
        what: page.t(&format!("contact-job-kind-{}", job.kind.name())),
        filename: job.filename.clone(),
        badge: badge(page, job),
        done: job.done,
        total: job.total,
        percent: (job.done * 100 / job.total.max(1)).min(100),
        result: result(page, job),
        is_open: job.is_open(),
        is_import: job.kind == JobKind::Import,
        refused: job.refused,
        refused_url: (job.refused > 0).then(|| format!("{}/jobs/{}", url_of(page), job.id)),
        file: file.as_ref().map(|file| (links.path(file), page.t(&format!("contact-job-file-{}", job.kind.name())))),
        created_at: job.created_at.and_utc().timestamp(),
        cancel: format!("{}/jobs/{}/cancel", url_of(page), job.id),
    }
}

/// What the export form says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    label: Text,
    custom: Flag,
}

impl Input for Fields {}

async fn page_of(db: &Db, links: &Links, page: Shell, by: &Administrator, fields: &Fields, errors: FormErrors) -> Result<JobsPage> {
    let account = by.account_id();
    let look = move |conn: &mut DbConn| Ok((queries::list(conn, account)?, labels::titles_of(conn, account)?));
    let (jobs, titles) = db.read(look).await?;
    let (open, past) = jobs.iter().map(|job| row(&page, links, job)).partition(|row: &Row| row.is_open);
    let all = Choice::new("", page.t("contacts-export-all"), &fields.label.0);
    let labelled = titles.into_iter().map(|title| Choice::new(title.clone(), title, &fields.label.0));
    let labels = std::iter::once(all).chain(labelled).collect();
    Ok(JobsPage { url: url_of(&page), open, past, labels, with_custom: fields.custom.0, errors, page })
}

async fn show(db: Data<Db>, links: Data<Links>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let errors = FormErrors::new(page.lang);
    html(&page_of(&db, &links, page, &administrator, &Fields::default(), errors).await?)
}

/// The rows that a job has refused, each with its line and the reason.
async fn show_refused(
    db: Data<Db>,
    links: Data<Links>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, ContactJobId)>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    let look = move |conn: &mut DbConn| Ok((queries::find(conn, administrator.account_id(), id)?, queries::refusals(conn, id, -1, MOST_TOLD)?));
    let (job, refusals) = db.read(look).await?;
    html(&RefusedPage {
        back_url: url_of(&page),
        row: row(&page, &links, &job),
        refused: refusals.into_iter().map(|(_, line, reason)| Refused { line, reason }).collect(),
        most: (job.0.refused > MOST_TOLD).then_some(MOST_TOLD),
        page,
    })
}

/// What was refused, in the language of the page.
fn refusal(page: &Shell, field: &str, error: Error) -> Result<FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    match error {
        Error::Refused(_) => errors.add_with(field, "error-contact-jobs-most", &[("count", MOST_UNFINISHED.into())]),
        error => return errors.refuse(error),
    }
    Ok(errors)
}

async fn import(
    db: Data<Db>,
    links: Data<Links>,
    storage: Data<Storage>,
    quotas: Data<Quotas>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    form: FileForm<NoFields>,
) -> Result<HttpResponse> {
    quotas.take(IMPORTS, administrator.account_id().0)?;
    let (NoFields {}, mut uploads) = form.read(&storage).await?;
    let mut errors = FormErrors::new(page.lang);
    match uploads.take_one("import_file") {
        None => errors.add("import_file", "error-blank"),
        Some(upload) => match commands::inspect(&upload).await? {
            Err(flaw) => errors.add_text("import_file", flaw.in_words(page.lang)),
            Ok(total) => {
                let by = administrator.clone();
                match db.write(move |tx| commands::import(tx, &by, upload, total)).await {
                    Ok(_) => return Ok(see_other(&url_of(&page), Some(Flash::notice("flash-contacts-import")))),
                    Err(error) => errors = refusal(&page, "import_file", error)?,
                }
            }
        },
    }
    refused(&page_of(&db, &links, page, &administrator, &Fields::default(), errors).await?)
}

async fn export(
    db: Data<Db>,
    links: Data<Links>,
    quotas: Data<Quotas>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    quotas.take(EXPORTS, administrator.account_id().0)?;
    let (by, custom) = (administrator.clone(), fields.custom.0);
    let titles = labels::titles(&List(vec![fields.label.clone()]))?;
    let work = move |tx: &mut Tx| {
        let mut columns = contacts::table_columns(Vec::new(), &[])?;
        if custom {
            let others = commands::columns_of(tx.conn, by.account_id())?;
            let others: Vec<String> = others.into_iter().filter(|key| !columns.contains(key)).collect();
            columns.extend(others);
        }
        commands::export(tx, &by, columns, Chosen::Known(titles))
    };
    match db.write(work).await {
        Ok(_) => Ok(see_other(&url_of(&page), Some(Flash::notice("flash-contacts-export")))),
        Err(error) => {
            let errors = refusal(&page, "label", error)?;
            refused(&page_of(&db, &links, page, &administrator, &fields, errors).await?)
        }
    }
}

async fn cancel(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: Path<(String, ContactJobId)>,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, id) = path.into_inner();
    db.write(move |tx| commands::cancel(tx, &administrator, id)).await?;
    Ok(see_other(&url_of(&page), None))
}
