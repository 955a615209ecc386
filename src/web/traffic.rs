//! Counting requests: by the pattern of their route, never by the path itself, which holds names that are credentials and of which
//! there is no end.
use crate::metrics::{Counter, Histogram, Kind, Text};
use actix_web::http::{Method, StatusCode};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

/// Bounds of a request's duration, in microseconds.
const DURATIONS: &[u64] = &[1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000];

/// The methods that have a label of their own. Clients may make up others.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "other"];

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Requests so far. There are as many routes here as there are in the server.
#[derive(Debug, Default)]
pub struct Traffic {
    routes: RwLock<BTreeMap<Box<str>, Arc<Route>>>,
}

/// One route: a place for each method, filled when it is first used.
#[derive(Debug, Default)]
struct Route([OnceLock<Box<Served>>; METHODS.len()]);

#[derive(Debug)]
struct Served {
    answered: [Counter; CLASSES.len()],
    durations: Histogram,
}

impl Traffic {
    /// Notes a request that was answered.
    pub fn note(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(route).cloned();
        let route = known.unwrap_or_else(|| self.routes.write().unwrap_or_else(PoisonError::into_inner).entry(route.into()).or_default().clone());
        let method = METHODS.iter().position(|name| *name == method.as_str()).unwrap_or(METHODS.len() - 1);
        let Some(place) = route.0.get(method) else { return };
        let new = || Box::new(Served { answered: Default::default(), durations: Histogram::of_durations(DURATIONS) });
        let served = place.get_or_init(new);
        if let Some(counter) = served.answered.get(usize::from(status.as_u16() / 100).saturating_sub(1)) {
            counter.add(1);
        }
        served.durations.note_duration(took);
    }

    /// Writes what was counted.
    pub fn write(&self, text: &mut Text) {
        let routes = self.routes.read().unwrap_or_else(PoisonError::into_inner).clone();
        let served =
            || routes.iter().flat_map(|(name, route)| METHODS.iter().zip(&route.0).map(move |(method, place)| (&**name, *method, place.get())));
        let mut family =
            text.family("hookdesk_http_requests_total", Kind::Counter, "Requests answered, by route pattern, method and class of status.");
        for (route, method, served) in served() {
            for (class, number) in CLASSES.iter().zip(served.iter().flat_map(|served| &served.answered)).filter(|(_, number)| number.value() > 0) {
                family.sample(&[("route", route), ("method", method), ("status", class)], number.value());
            }
        }
        let help = "From reading a request's head to the head of its answer.";
        let mut family = text.family("hookdesk_http_request_duration_seconds", Kind::Histogram, help);
        for (route, method, served) in served() {
            if let Some(served) = served {
                family.histogram(&[("route", route), ("method", method)], &served.durations);
            }
        }
    }
}
