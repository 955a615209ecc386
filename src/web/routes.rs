//! Routes that describe themselves. What a route takes and who may call it is said by the types of its handler, so that the
//! description at `/api/openapi.json` cannot tell anything else than the code does; a summary and the type of the answer stand beside it.
use super::{
    client::ClientInfo,
    params::{Body, Input, Params},
};
use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder, Route,
    http::{Method, header},
    web::{self, Data, Path, ServiceConfig},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::json;

/// The routes below one path.
pub struct Routes {
    below: String,
    places: Vec<Place>,
}

impl Routes {
    /// None yet, below `path`, which may be a template.
    pub fn below(path: &str) -> Routes {
        Routes { below: path.to_owned(), places: Vec::new() }
    }

    /// The path that they are below.
    pub fn path(&self) -> &str {
        &self.below
    }

    /// What may be done at a path, which may be a template; any other method is answered with 405.
    pub fn at(&mut self, path: &str, methods: impl FnOnce(Place) -> Place) -> &mut Routes {
        self.places.push(methods(Place { path: path.to_owned(), resource: web::resource(path), operations: Vec::new(), latest: 0 }));
        self
    }

    /// That any of them may answer with another status, and how that looks.
    pub fn or<T: JsonSchema>(mut self, status: u16, text: &'static str) -> Routes {
        let other = Other { status, text, answers: Some(SchemaGenerator::subschema_for::<T>) };
        self.places.iter_mut().flat_map(|place| &mut place.operations).for_each(|operation| operation.others.push(other.clone()));
        self
    }

    /// Serves them, within a scope of the path that they are below.
    pub fn register(self, cfg: &mut ServiceConfig) {
        for Place { resource, operations, .. } in self.places {
            let allowed: Vec<&str> = operations.iter().map(|operation| operation.method.as_str()).collect();
            let allowed = allowed.join(", ");
            cfg.service(resource.default_service(web::to(move || std::future::ready(wrong_method(&allowed)))));
        }
    }

    /// What they say about themselves, each with its whole path.
    pub fn operations(self) -> Vec<Operation> {
        let whole = |operation: Operation| Operation { path: format!("{}{}", self.below, operation.path), ..operation };
        self.places.into_iter().flat_map(|place| place.operations).map(whole).collect()
    }
}

fn wrong_method(allowed: &str) -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, allowed)).json(json!({"status": 405, "error": "Method Not Allowed"}))
}

/// One path and what may be done there.
pub struct Place {
    path: String,
    resource: Resource,
    operations: Vec<Operation>,
    /// Where the operations that were added last begin.
    latest: usize,
}

/// Something that may be done.
#[derive(Clone)]
pub struct Operation {
    /// By which method.
    pub method: Method,
    /// The template of its path.
    pub path: String,
    /// What it does, in English.
    pub summary: &'static str,
    /// The status of its success.
    pub status: u16,
    /// What it answers with then; none: nothing that a client needs.
    pub answers: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// What kind of content it answers with then, if that is no JSON.
    pub media: Option<&'static str>,
    /// Whether the state of a thing may forbid it (403).
    pub forbids: bool,
    /// Other answers, which look as they do nowhere else.
    pub others: Vec<Other>,
    /// Where its handler stands in the code, as in `hookdesk::labels::api::create`.
    handler: &'static str,
    takes: fn(&mut Taken),
}

/// An answer that is no success, or not the usual one, of one operation.
#[derive(Clone)]
pub struct Other {
    /// Its status.
    pub status: u16,
    /// When it comes, in English.
    pub text: &'static str,
    /// What is in it; none: nothing.
    pub answers: Option<fn(&mut SchemaGenerator) -> Schema>,
}

impl Operation {
    /// What it takes.
    pub fn taken(&self) -> Taken {
        // what comes from clients is small, and drawn in place
        let settings = SchemaSettings::draft2020_12().with(|settings| (settings.inline_subschemas, settings.meta_schema) = (true, None));
        let mut taken = Taken {
            schemas: settings.into_generator(),
            caller: Caller::Anyone,
            admits_bots: false,
            path: Vec::new(),
            named: Vec::new(),
            input: None,
            files: None,
        };
        (self.takes)(&mut taken);
        taken
    }

    /// The names of the parameters in its path, from the left.
    pub fn path_names(&self) -> impl Iterator<Item = &str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
    }

    /// The room that does it, as in `labels`.
    pub fn room(&self) -> &'static str {
        self.words().next().unwrap_or_default()
    }

    /// Its name among all, as in `labels.create`; PUT mostly does the same as PATCH.
    pub fn id(&self) -> String {
        let name = self.words().filter(|word| *word != "api").map(|word| word.trim_end_matches("_api")).collect::<Vec<_>>().join(".");
        if self.method == Method::PUT { format!("{name}.put") } else { name }
    }

    fn words(&self) -> impl Iterator<Item = &'static str> {
        self.handler.split("::").skip(1)
    }
}

impl Place {
    /// Something that only reads.
    pub fn get<H, Args>(self, summary: &'static str, handler: H) -> Place
    where
        H: Handler<Args>,
        H::Output: Responder + 'static,
        Args: FromRequest + Parts + 'static,
    {
        self.by(&[Method::GET], summary, handler)
    }

    /// Something that makes or does.
    pub fn post<H, Args>(self, summary: &'static str, handler: H) -> Place
    where
        H: Handler<Args>,
        H::Output: Responder + 'static,
        Args: FromRequest + Parts + 'static,
    {
        self.by(&[Method::POST], summary, handler)
    }

    /// Something that changes what is sent, and nothing else. Clients use PATCH and PUT for it alike.
    pub fn patch<H, Args>(self, summary: &'static str, handler: H) -> Place
    where
        H: Handler<Args>,
        H::Output: Responder + 'static,
        Args: FromRequest + Parts + 'static,
    {
        self.by(&[Method::PATCH, Method::PUT], summary, handler)
    }

    /// Something that deletes.
    pub fn delete<H, Args>(self, summary: &'static str, handler: H) -> Place
    where
        H: Handler<Args>,
        H::Output: Responder + 'static,
        Args: FromRequest + Parts + 'static,
    {
        self.by(&[Method::DELETE], summary, handler)
    }

    /// The same by each of these methods.
    pub fn by<H, Args>(mut self, methods: &[Method], summary: &'static str, handler: H) -> Place
    where
        H: Handler<Args>,
        H::Output: Responder + 'static,
        Args: FromRequest + Parts + 'static,
    {
        self.latest = self.operations.len();
        for method in methods {
            self.operations.push(Operation {
                method: method.clone(),
                path: self.path.clone(),
                summary,
                status: 200,
                answers: None,
                media: None,
                forbids: false,
                others: Vec::new(),
                handler: std::any::type_name::<H>(),
                takes: Args::tell,
            });
            self.resource = self.resource.route(Route::new().method(method.clone()).to(handler.clone()));
        }
        self
    }

    /// What the one that was said last answers with.
    pub fn answers<T: JsonSchema>(self) -> Place {
        self.latest(|operation| operation.answers = Some(SchemaGenerator::subschema_for::<T>))
    }

    /// What kind of content it answers with, if that is no JSON.
    pub fn answers_with(self, media: &'static str) -> Place {
        self.latest(|operation| operation.media = Some(media))
    }

    /// The status of its success, if that is not 200.
    pub fn with_status(self, status: u16) -> Place {
        self.latest(|operation| operation.status = status)
    }

    /// That the state of a thing may forbid it (403).
    pub fn may_be_forbidden(self) -> Place {
        self.latest(|operation| operation.forbids = true)
    }

    /// That another status may come, with an answer that looks so.
    pub fn or<T: JsonSchema>(self, status: u16, text: &'static str) -> Place {
        self.latest(|operation| operation.others.push(Other { status, text, answers: Some(SchemaGenerator::subschema_for::<T>) }))
    }

    /// That another status may come, with nothing.
    pub fn or_nothing(self, status: u16, text: &'static str) -> Place {
        self.latest(|operation| operation.others.push(Other { status, text, answers: None }))
    }

    fn latest(mut self, change: impl FnMut(&mut Operation)) -> Place {
        self.operations[self.latest..].iter_mut().for_each(change);
        self
    }
}

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Anyone, or whoever knows the secrets in the path.
    Anyone,
    /// A visitor of a website, in their session there.
    Visitor,
    /// A program of the operator's.
    PlatformApp,
    /// Whoever is signed in.
    SignedIn,
    /// The people of the account.
    Agent,
    /// Those of them who arrange things.
    Administrator,
}

impl Caller {
    /// As the description has it.
    pub fn name(self) -> &'static str {
        match self {
            Caller::Anyone => "anyone",
            Caller::Visitor => "visitor",
            Caller::PlatformApp => "platform_app",
            Caller::SignedIn => "signed_in",
            Caller::Agent => "agent",
            Caller::Administrator => "administrator",
        }
    }
}

/// What an operation takes, as its handler's parts tell it.
pub struct Taken {
    /// Draws what comes from clients.
    pub schemas: SchemaGenerator,
    /// Who may call it.
    pub caller: Caller,
    /// Whether bots may call it as well.
    pub admits_bots: bool,
    /// The parameters of the path, from the left.
    pub path: Vec<Schema>,
    /// Those that are read by their name.
    pub named: Vec<(&'static str, Schema)>,
    /// The parameters, in the query or the body.
    pub input: Option<Schema>,
    /// The names of the files that the body may bring, where it may be multipart.
    pub files: Option<&'static [&'static str]>,
}

/// A part of a request that handlers take.
pub trait Part {
    /// Tells what is taken; nothing, where clients need not know of it.
    fn tell(_: &mut Taken) {}
}

impl<T: ?Sized> Part for Data<T> {}
impl Part for HttpRequest {}
impl Part for ClientInfo {}

/// Whoever may be there, or not.
impl<T, E> Part for Result<T, E> {}

impl<T: Input + JsonSchema> Part for Params<T> {
    fn tell(taken: &mut Taken) {
        taken.input = Some(taken.schemas.subschema_for::<T>());
    }
}

impl<T: Input + JsonSchema> Part for Body<T> {
    fn tell(taken: &mut Taken) {
        Params::<T>::tell(taken);
        taken.files = Some(T::FILES);
    }
}

impl<T: PathParts> Part for Path<T> {
    fn tell(taken: &mut Taken) {
        T::tell(taken);
    }
}

/// The parameters of a path.
pub trait PathParts {
    /// Tells of each, from the left.
    fn tell(taken: &mut Taken);
}

/// All parts that a handler takes.
pub trait Parts {
    /// Tells of each.
    fn tell(taken: &mut Taken);
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Part),*> Parts for ($($name,)*) {
            fn tell(_taken: &mut Taken) {
                $($name::tell(_taken);)*
            }
        }
    };
}
tuples!();
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);

macro_rules! path_tuples {
    ($($name:ident)*) => {
        impl<$($name: JsonSchema),*> PathParts for ($($name,)*) {
            fn tell(taken: &mut Taken) {
                $(let schema = taken.schemas.subschema_for::<$name>(); taken.path.push(schema);)*
            }
        }
    };
}
path_tuples!(A);
path_tuples!(A B);
path_tuples!(A B C);
path_tuples!(A B C D);

impl PathParts for crate::db::types::MessageId {
    fn tell(taken: &mut Taken) {
        <(Self,)>::tell(taken);
    }
}

impl PathParts for String {
    fn tell(taken: &mut Taken) {
        <(String,)>::tell(taken);
    }
}
