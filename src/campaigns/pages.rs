//! Settings → Campaigns.
use super::{
    commands,
    input::{AddressedInput, CampaignInput, RulesInput},
    model::{AudienceKind, Campaign, CampaignStatus, CampaignType, LONGEST_STAY, MOST, MOST_LABELS},
    queries,
};
use crate::{
    auth::AdministratorPage,
    db::{
        Db, DbConn,
        types::{AccountId, CampaignNumber, InboxId, LabelId, UserId},
    },
    error::{Error, Result},
    inboxes::{self, ChannelType, Inbox},
    labels,
    users::Member,
    web::{
        Form, Input, NoFields,
        fields::{Flag, List, Patch, Text},
        forms::{Choice, FormErrors},
        html, refused, see_other,
        shell::{Badge, ConfirmDeletion, Flash, Shell},
    },
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, Query, ServiceConfig, get, post, resource},
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
    inboxes: Vec<Inbox>,
    people: Vec<Member>,
    /// The labels whose contacts they can be sent to: their ids and titles.
    labels: Vec<(LabelId, String)>,
}

/// The places of what is shown, or of what is sent once.
fn places(conn: &mut DbConn, account: AccountId, kind: CampaignType) -> Result<Places> {
    let inboxes = inboxes::of_kind(conn, account, channel_of(kind))?;
    let ids: Vec<InboxId> = inboxes.iter().map(|inbox| inbox.id).collect();
    let crew = inboxes::crew(conn, account, &ids)?;
    let people = crew.everybody.iter().filter(|member| ids.iter().any(|inbox| crew.hears(member.user.id, *inbox))).cloned().collect();
    let labels = match kind {
        CampaignType::Ongoing => Vec::new(),
        CampaignType::OneOff => labels::list(conn, account)?.into_iter().map(|label| (label.id, label.title)).collect(),
    };
    Ok(Places { inboxes, people, labels })
}

fn channel_of(kind: CampaignType) -> ChannelType {
    match kind {
        CampaignType::Ongoing => ChannelType::WebWidget,
        CampaignType::OneOff => ChannelType::Api,
    }
}

struct Row {
    url: String,
    title: String,
    inbox: String,
    /// On which pages, or when.
    scope: String,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "campaigns/list.html")]
struct ListPage {
    page: Shell,
    new_url: String,
    /// Where one is made that is sent once; none without an inbox for it.
    new_once_url: Option<String>,
    new_inbox_url: String,
    has_websites: bool,
    rows: Vec<Row>,
}

fn badge(page: &Shell, campaign: &Campaign) -> Badge {
    match campaign.enabled {
        _ if campaign.campaign_status == CampaignStatus::Completed => Badge { tone: "off", icon: "circle-check", label: page.t("campaign-sent") },
        _ if campaign.campaign_status == CampaignStatus::Processing => Badge { tone: "good", icon: "send", label: page.t("campaign-being-sent") },
        true if campaign.campaign_type == CampaignType::OneOff => Badge { tone: "good", icon: "clock", label: page.t("campaign-scheduled") },
        true => Badge { tone: "good", icon: "circle-check", label: page.t("campaign-on") },
        false => Badge { tone: "off", icon: "circle-pause", label: page.t("campaign-off") },
    }
}

async fn list(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage) -> Result<HttpResponse> {
    let account = administrator.account_id();
    let work = move |conn: &mut DbConn| {
        let of_kind = |conn: &mut DbConn, kind| inboxes::of_kind(conn, account, channel_of(kind));
        Ok((queries::list(conn, account, None)?, of_kind(conn, CampaignType::Ongoing)?, of_kind(conn, CampaignType::OneOff)?))
    };
    let (campaigns, websites, others) = db.read(work).await?;
    let list_url = url_of(&page, "campaigns");
    let name = |id: InboxId| websites.iter().chain(&others).find(|inbox| inbox.id == id).map(|inbox| inbox.name.clone()).unwrap_or_default();
    let row = |campaign: Campaign| Row {
        url: format!("{list_url}/{}", campaign.display_id),
        badge: badge(&page, &campaign),
        inbox: name(campaign.inbox_id),
        title: campaign.title,
        scope: campaign.scheduled_at.map_or(campaign.url, |at| at.format("%Y-%m-%d %H:%M UTC").to_string()),
    };
    let rows = campaigns.into_iter().map(row).collect();
    let (new_url, new_inbox_url) = (format!("{list_url}/new"), url_of(&page, "inboxes/new?channel=web_widget"));
    let new_once_url = (!others.is_empty()).then(|| format!("{new_url}?campaign_type=one_off"));
    html(&ListPage { rows, has_websites: !websites.is_empty(), new_url, new_once_url, new_inbox_url, page })
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
    campaign_type: Text,
    scheduled_at: Text,
    audience: List<Text>,
}

impl Input for Fields {}

/// How forms write a time, which is in UTC.
const IN_FORMS: &str = "%Y-%m-%dT%H:%M";

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
            campaign_type: Text(campaign.campaign_type.name().to_owned()),
            scheduled_at: Text(campaign.scheduled_at.map(|at| at.format(IN_FORMS).to_string()).unwrap_or_default()),
            audience: List(campaign.audience.0.iter().map(|one| Text(one.id.to_string())).collect()),
        }
    }

    fn kind(&self) -> CampaignType {
        CampaignType::from_name(&self.campaign_type.0).unwrap_or(CampaignType::Ongoing)
    }

    /// When it is to be sent, as programs write it.
    fn scheduled_at(&self) -> Patch<Text> {
        let text = self.scheduled_at.0.trim();
        match text.len() {
            0 => Patch::Null,
            // some browsers send seconds as well
            16 => Patch::Set(Text(format!("{text}:00Z"))),
            _ => Patch::Set(Text(format!("{text}Z"))),
        }
    }

    fn input(&self) -> CampaignInput {
        let addressed =
            |id: &Text| AddressedInput { kind: Text(AudienceKind::Label.name().to_owned()), id: id.0.trim().parse().unwrap_or(LabelId(-1)) };
        CampaignInput {
            title: self.title.said(),
            description: self.description.said(),
            message: self.message.said(),
            inbox_id: self.inbox.chosen(InboxId),
            sender_id: self.sender.chosen(UserId),
            // a box that is not checked sends nothing
            enabled: Some(self.enabled),
            trigger_only_during_business_hours: Some(self.trigger_only_during_business_hours),
            trigger_rules: Patch::Set(RulesInput { url: self.url.said(), time_on_page: self.time_on_page.said() }),
            campaign_type: self.campaign_type.said(),
            scheduled_at: self.scheduled_at(),
            audience: Patch::Set(List(self.audience.0.iter().map(addressed).collect())),
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
    /// What has been sent is not changed any more: only how far it is.
    sent: Option<Sent>,
    is_once: bool,
    inboxes: Vec<Choice>,
    senders: Vec<Choice>,
    labels: Vec<Choice>,
    fields: Fields,
    errors: FormErrors,
}

/// What is shown of one that is being sent, or was.
struct Sent {
    badge: Badge,
    message: String,
    /// To how many.
    count: i64,
}

/// The form; of a campaign that is there, if one is given.
fn form_page(page: Shell, campaign: Option<Campaign>, places: Places, fields: Fields, errors: FormErrors) -> OnePage {
    let list_url = url_of(&page, "campaigns");
    let url = campaign.as_ref().map(|campaign| format!("{list_url}/{}", campaign.display_id));
    let inboxes = places.inboxes.iter().map(|inbox| Choice::new(inbox.id.to_string(), inbox.name.as_str(), &fields.inbox.0)).collect();
    let is_once = fields.kind() == CampaignType::OneOff;
    let nobody = Choice::new("", page.t(if is_once { "campaign-sender-inbox" } else { "campaign-sender-website" }), &fields.sender.0);
    let label = |(id, title): &(LabelId, String)| {
        let id = id.to_string();
        Choice { selected: fields.audience.0.iter().any(|chosen| chosen.0 == id), value: id, label: title.clone() }
    };
    let sent = campaign.as_ref().filter(|campaign| campaign.campaign_status != CampaignStatus::Active).map(|campaign| Sent {
        badge: badge(&page, campaign),
        message: campaign.message.clone(),
        count: campaign.sent_count,
    });
    let people = places.people.iter().map(|member| Choice::new(member.user.id.to_string(), member.user.name.as_str(), &fields.sender.0));
    OnePage {
        submit: page.t(if url.is_some() { "save-changes" } else { "campaign-create" }),
        title: campaign.map_or_else(|| page.t(if is_once { "campaigns-add-once" } else { "campaigns-add" }), |campaign| campaign.title),
        labels: places.labels.iter().map(label).collect(),
        sent,
        is_once,
        delete_url: url.as_ref().map(|url| format!("{url}/delete")),
        action: url.unwrap_or_else(|| list_url.clone()),
        senders: std::iter::once(nobody).chain(people).collect(),
        list_url,
        inboxes,
        fields,
        errors,
        page,
    }
}

/// What was refused, beside its field.
fn refusal(page: &Shell, error: Error) -> Result<FormErrors> {
    FormErrors::new(page.lang).refuse_with(error, ("error-campaigns-most", MOST), |errors, attribute| match attribute {
        "url" => errors.add(attribute, "error-campaign-url"),
        "time_on_page" => errors.add_with(attribute, "error-campaign-time", &[("count", i64::from(LONGEST_STAY).into())]),
        "sender" => errors.add(attribute, "error-campaign-sender"),
        "scheduled_at" => errors.add(attribute, "error-campaign-scheduled"),
        "audience" => errors.add_with(attribute, "error-campaign-audience", &[("count", (MOST_LABELS as i64).into())]),
        "base" => errors.add("", "error-campaign-sent"),
        _ => errors.add(attribute, "error-campaign-inbox"),
    })
}

/// Which kind a new one is to be.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    campaign_type: Text,
}

async fn new(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Query(Wanted { campaign_type }): Query<Wanted>,
) -> Result<HttpResponse> {
    let fields = Fields { time_on_page: Text(USUAL_STAY.to_string()), enabled: Flag(true), campaign_type, ..Fields::default() };
    let kind = fields.kind();
    let places = db.read(move |conn| places(conn, administrator.account_id(), kind)).await?;
    let errors = FormErrors::new(page.lang);
    html(&form_page(page, None, places, fields, errors))
}

async fn create(
    db: Data<Db>,
    AdministratorPage { shell: page, administrator }: AdministratorPage,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse> {
    let (input, account, kind) = (fields.input(), administrator.account_id(), fields.kind());
    match db.write(move |tx| commands::create(tx, &administrator, input)).await {
        Ok(_) => Ok(see_other(&url_of(&page, "campaigns"), Some(Flash::notice("flash-campaign-created")))),
        Err(error) => {
            let errors = refusal(&page, error)?;
            let places = db.read(move |conn| places(conn, account, kind)).await?;
            refused(&form_page(page, None, places, fields, errors))
        }
    }
}

fn load(conn: &mut DbConn, account: AccountId, number: CampaignNumber) -> Result<(Campaign, Places)> {
    let campaign = queries::find(conn, account, number)?;
    let places = places(conn, account, campaign.campaign_type)?;
    Ok((campaign, places))
}

async fn show(db: Data<Db>, AdministratorPage { shell: page, administrator }: AdministratorPage, path: At) -> Result<HttpResponse> {
    let ((_, number), account) = (path.into_inner(), administrator.account_id());
    let (campaign, places) = db.read(move |conn| load(conn, account, number)).await?;
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
            let (campaign, places) = db.read(move |conn| load(conn, account, number)).await?;
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
