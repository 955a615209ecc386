//! Settings → Campaigns.
use super::{
    commands::{self, CampaignInput, RulesInput},
    model::{Campaign, LONGEST_STAY, MOST},
    queries,
};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn,
        types::{AccountId, CampaignNumber, InboxId, UserId},
    },
    error::{Error, Result, Rule},
    inboxes::{self, ChannelType, Inbox},
    users::Member,
    web::{
        Form, Input, NoFields,
        fields::{Flag, Patch, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{Badge, ConfirmDeletion, Flash, Shell},
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
    cfg.service(resource("/campaigns").route(get().to(list)).route(post().to(create)))
        .service(resource("/campaigns/new").route(get().to(new)))
        .service(resource("/campaigns/{id}").route(get().to(show)).route(post().to(update)))
        .service(resource("/campaigns/{id}/delete").route(get().to(confirm_delete)).route(post().to(destroy)));
}

/// A path of an account and a campaign.
type At = Path<(String, CampaignNumber)>;

/// How long somebody looks at a page before a new campaign is shown, in seconds, unless said otherwise.
const USUAL_STAY: i32 = 10;

fn url_of(page: &Shell, below: &str) -> String {
    page.viewer.as_ref().map(|viewer| viewer.settings(below)).unwrap_or_default()
}

/// Where campaigns can be, and who can say them.
struct Places {
    websites: Vec<Inbox>,
    people: Vec<Member>,
}

fn places(conn: &mut DbConn, account: AccountId) -> Result<Places> {
    let websites = inboxes::of_kind(conn, account, ChannelType::WebWidget)?;
    let ids: Vec<InboxId> = websites.iter().map(|inbox| inbox.id).collect();
    let crew = inboxes::crew(conn, account, &ids)?;
    let people = crew.everybody.iter().filter(|member| ids.iter().any(|inbox| crew.hears(member.user.id, *inbox))).cloned().collect();
    Ok(Places { websites, people })
}

struct Row {
    url: String,
    title: String,
    website: String,
    pages: String,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "campaigns/list.html")]
struct ListPage {
    page: Shell,
    new_url: String,
    new_inbox_url: String,
    has_websites: bool,
    rows: Vec<Row>,
}

fn badge(page: &Shell, campaign: &Campaign) -> Badge {
    match campaign.enabled {
        true => Badge { tone: "good", icon: "circle-check", label: page.t("campaign-on") },
        false => Badge { tone: "off", icon: "circle-pause", label: page.t("campaign-off") },
    }
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let account = administrator.account_id();
    let (campaigns, websites) =
        db.read(move |conn| Ok((queries::list(conn, account, None)?, inboxes::of_kind(conn, account, ChannelType::WebWidget)?))).await?;
    let list_url = url_of(&page, "campaigns");
    let name = |id: InboxId| websites.iter().find(|inbox| inbox.id == id).map(|inbox| inbox.name.clone()).unwrap_or_default();
    let row = |campaign: Campaign| Row {
        url: format!("{list_url}/{}", campaign.display_id),
        badge: badge(&page, &campaign),
        website: name(campaign.inbox_id),
        title: campaign.title,
        pages: campaign.url,
    };
    let rows = campaigns.into_iter().map(row).collect();
    let (new_url, new_inbox_url) = (format!("{list_url}/new"), url_of(&page, "inboxes/new?channel=web_widget"));
    html(&ListPage { rows, has_websites: !websites.is_empty(), new_url, new_inbox_url, page })
}

/// The fields, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    title: Text,
    description: Text,
    message: Text,
    inbox: Text,
    sender: Text,
    url: Text,
    time_on_page: Text,
    enabled: Flag,
    trigger_only_during_business_hours: Flag,
}

impl Input for Fields {}

impl Fields {
    fn of(campaign: &Campaign) -> Fields {
        Fields {
            title: Text(campaign.title.clone()),
            description: Text(campaign.description.clone().unwrap_or_default()),
            message: Text(campaign.message.clone()),
            inbox: Text(campaign.inbox_id.to_string()),
            sender: Text(campaign.sender_id.map(|id| id.to_string()).unwrap_or_default()),
            url: Text(campaign.url.clone()),
            time_on_page: Text(campaign.time_on_page.to_string()),
            enabled: Flag(campaign.enabled),
            trigger_only_during_business_hours: Flag(campaign.trigger_only_during_business_hours),
        }
    }

    fn input(&self) -> CampaignInput {
        let set = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.clone()) };
        // what is no id is nobody's
        let id = |text: &Text| if text.0.trim().is_empty() { Patch::Null } else { Patch::Set(text.0.trim().parse().unwrap_or(-1)) };
        CampaignInput {
            title: set(&self.title),
            description: set(&self.description),
            message: set(&self.message),
            inbox_id: id(&self.inbox).map(InboxId),
            sender_id: id(&self.sender).map(UserId),
            // a box that is not checked sends nothing
            enabled: Some(self.enabled),
            trigger_only_during_business_hours: Some(self.trigger_only_during_business_hours),
            trigger_rules: Patch::Set(RulesInput { url: set(&self.url), time_on_page: set(&self.time_on_page) }),
            campaign_type: Patch::Absent,
        }
    }
}

#[derive(Template)]
#[template(path = "campaigns/show.html")]
struct OnePage {
    page: Shell,
    list_url: String,
    title: String,
    action: String,
    submit: String,
    delete_url: Option<String>,
    websites: Vec<Choice>,
    senders: Vec<Choice>,
    fields: Fields,
    errors: FormErrors,
}

/// The form; of a campaign that is there, if one is given.
fn form_page(page: Shell, campaign: Option<Campaign>, places: Places, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = url_of(&page, "campaigns");
    let url = campaign.as_ref().map(|campaign| format!("{list_url}/{}", campaign.display_id));
    let websites = places.websites.iter().map(|inbox| Choice::new(inbox.id.to_string(), inbox.name.as_str(), &fields.inbox.0)).collect();
    let nobody = Choice::new("", page.t("campaign-sender-website"), &fields.sender.0);
    let people = places.people.iter().map(|member| Choice::new(member.user.id.to_string(), member.user.name.as_str(), &fields.sender.0));
    OnePage {
        submit: page.t(if url.is_some() { "save-changes" } else { "campaign-create" }),
        title: campaign.map_or_else(|| page.t("campaigns-add"), |campaign| campaign.title),
        delete_url: url.as_ref().map(|url| format!("{url}/delete")),
        action: url.unwrap_or_else(|| list_url.clone()),
        senders: std::iter::once(nobody).chain(people).collect(),
        list_url,
        websites,
        fields,
        errors,
        page,
    }
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    let mut errors = FormErrors::new(page.lang);
    match error {
        Error::Refused(_) => errors.add_with("", "error-campaigns-most", &[("count", MOST.into())]),
        Error::Invalid { attributes, rule: Rule::Other, .. } => {
            for attribute in attributes {
                match attribute {
                    "url" => errors.add(attribute, "error-campaign-url"),
                    "time_on_page" => errors.add_with(attribute, "error-campaign-time", &[("count", i64::from(LONGEST_STAY).into())]),
                    "sender" => errors.add(attribute, "error-campaign-sender"),
                    _ => errors.add(attribute, "error-campaign-inbox"),
                }
            }
        }
        error => return errors.refuse(error),
    }
    Ok(errors)
}

async fn new(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let places = db.read(move |conn| places(conn, administrator.account_id())).await?;
    let errors = FormErrors::new(page.lang);
    let fields = Fields { time_on_page: Text(USUAL_STAY.to_string()), enabled: Flag(true), ..Fields::default() };
    html(&form_page(page, None, places, fields, errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (input, account) = (fields.input(), administrator.account_id());
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(_) => Ok(see_other(&url_of(&page, "campaigns"), Some(Flash::notice("flash-campaign-created")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let places = db.read(move |conn| places(conn, account)).await?;
            refused(&form_page(page, None, places, fields, errors))
        }
    }
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let ((_, number), account) = (path.into_inner(), administrator.account_id());
    let (campaign, places) = db.read(move |conn| Ok((queries::find(conn, account, number)?, places(conn, account)?))).await?;
    let (fields, errors) = (Fields::of(&campaign), FormErrors::new(page.lang));
    html(&form_page(page, Some(campaign), places, fields, errors))
}

async fn update(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (_, number) = path.into_inner();
    let (input, account) = (fields.input(), administrator.account_id());
    match db.write(move |tx| commands::update(tx, &administrator, number, input)).await {
        Ok(_) => Ok(see_other(&url_of(&page, "campaigns"), Some(Flash::notice("flash-campaign-saved")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let (campaign, places) = db.read(move |conn| Ok((queries::find(conn, account, number)?, places(conn, account)?))).await?;
            refused(&form_page(page, Some(campaign), places, fields, errors))
        }
    }
}

async fn confirm_delete(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let (_, number) = path.into_inner();
    let campaign = db.read(move |conn| queries::find(conn, administrator.account_id(), number)).await?;
    let url = format!("{}/{number}", url_of(&page, "campaigns"));
    html(&ConfirmDeletion {
        question: page.ta("campaign-delete-question", &[("name", campaign.title.as_str().into())]),
        text: page.t("campaign-delete-text"),
        back: campaign.title,
        action: format!("{url}/delete"),
        cancel_url: url,
        page,
    })
}

async fn destroy(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    path: At,
    _: Form<NoFields>,
) -> Result<HttpResponse> {
    let (_, number) = path.into_inner();
    commands::delete(&db, &administrator, number).await?;
    Ok(see_other(&url_of(&page, "campaigns"), Some(Flash::notice("flash-campaign-deleted"))))
}
