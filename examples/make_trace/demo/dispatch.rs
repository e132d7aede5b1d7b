//! A customer asks for a car.
//!
//!     frontend HTTP GET /dispatch  ├──────────────────────────────────────────────────────┤
//!       customer HTTP GET /customer ├──────┤
//!         mysql SQL SELECT           ├────┤
//!       driver FindNearest                   ├──────────────────────┤
//!         redis FindDriverIDs                 ├─┤
//!         redis GetDriver ×13                    ├┤├──×┤├┤├┤├──×┤ …
//!       route HTTP GET /route ×10                                   ├──┤├───┤├──┤├─┤
//!                                                                   ├─┤├──┤├───┤
//!                                                                   ├───┤├──┤├─┤

use super::super::random::{Random, hash};
use super::cast::{self, CUSTOMER, Customer, FRONTEND, ROUTE};
use super::drivers::{self, Driver};
use super::story::{Kind, Scene, Story, Told};

pub struct Dispatch {
    pub customer: &'static Customer,
    /// All times and drivers are drawn from it: equal seeds, equal dispatches.
    pub seed: &'static str,
    /// Of the ten drivers, those whose first look-up in redis times out.
    pub timeouts: &'static [usize],
    pub trouble: Trouble,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// The customer's row is locked by so many others.
    LockedBy(i64),
    NoSuchCustomer,
    /// The fourth driver's look-ups all time out.
    RedisOut,
    /// The n-th route takes a second more.
    SlowRoute(usize),
    /// The n-th route is answered with 504.
    RouteTimeout(usize),
}

pub fn dispatch(story: &mut Story, plan: &Dispatch) -> Told {
    let mut random = Random::named(plan.seed, "frontend");
    let id = plan.customer.id;
    let target = format!("/dispatch?customer={id}&nonse=0.{}", random.below(1 << 40));
    let root = cast::http_server(story, Scene::root(FRONTEND), 0, ("GET", "/dispatch", target));
    story.tags(
        root,
        [
            ("server.address", cast::SITE.into()),
            ("client.address", "198.51.100.7".into()),
            ("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into()),
            ("enduser.premium", (id == 392).into()),
        ],
    );
    story.event(root, 40, "HTTP request received", [("level", "info".into())]);
    let (end, status) = match ride(story, plan, root, &mut random) {
        Ok(end) => (end, 200),
        Err(end) => (end, 500),
    };
    cast::http_close(story, root, end, status, Kind::Server);
    root
}

/// Both outcomes say when.
fn ride(story: &mut Story, plan: &Dispatch, root: Told, random: &mut Random) -> Result<i64, i64> {
    let id = plan.customer.id;
    let at = random.between(150, 260);
    story.event(root, at, "Getting customer", [("customer_id", id.into())]);
    let at = get_customer(story, plan, root, at + 30).map_err(|at| {
        story.event(
            root,
            at + 40,
            "request failed",
            [("level", "error".into()), ("error", "customer not found".into())],
        );
        at + 180
    })?;
    story.event(
        root,
        at + 20,
        "Found customer",
        [("customer", plan.customer.name.into()), ("location", plan.customer.location.into())],
    );
    story.event(root, at + 60, "Finding nearest drivers", [("location", plan.customer.location.into())]);
    let found = drivers::find_nearest(story, plan, root, at + 90);
    let (drivers, at) = found.map_err(|at| {
        story.event(
            root,
            at + 30,
            "request failed",
            [("level", "error".into()), ("error", "cannot find nearest drivers: redis timeout".into())],
        );
        at + 160
    })?;
    story.event(root, at + 30, "Found drivers", [("drivers", (drivers.len() as i64).into())]);
    let at = routes(story, plan, root, at + 80, &drivers);
    let best = random.pick(&drivers);
    let minutes = random.between(2, 9);
    let fare = random.between(900, 4200) as f64 / 100.0;
    let quote = format!(
        r#"{{"currency":"USD","fare":{fare},"surge":1.2,"stops":["{}","{}"],"pooled":false}}"#,
        best.location, plan.customer.location
    );
    story.event(
        root,
        at + 40,
        "Dispatch successful",
        [("driver", best.id.clone().into()), ("eta", format!("{minutes}m0s").into())],
    );
    story.tags(
        root,
        [
            // Beyond 2^53, where JSON numbers lose digits in a browser.
            ("ride.id", ((hash(&quote) >> 1 | 1 << 62) as i64).into()),
            ("ride.quote", quote.into()),
        ],
    );
    Ok(at + random.between(250, 600))
}

fn get_customer(story: &mut Story, plan: &Dispatch, root: Told, at: i64) -> Result<i64, i64> {
    let target = format!("/customer?customer={}", plan.customer.id);
    let call = cast::http_client(story, root, at, ("/customer", "customer", target));
    let scene = Scene::below(call, CUSTOMER);
    let (end, status) = serve_customer(story, scene, at + 320, plan);
    cast::http_close(story, call, end + 280, status, Kind::Client);
    if status == 200 { Ok(end + 330) } else { Err(end + 330) }
}

/// The customer service's part; it is asked without a dispatch too.
pub fn serve_customer(story: &mut Story, scene: Scene, at: i64, plan: &Dispatch) -> (i64, i64) {
    let mut random = Random::named(plan.seed, "customer");
    let id = plan.customer.id;
    let target = format!("/customer?customer={id}");
    let span = cast::http_server(story, scene, at, ("GET", "/customer", target));
    story.event(span, at + 50, "Loading customer", [("customer_id", id.into())]);
    let begin = at + random.between(90, 160);
    let query = ("SELECT", "customer", "SELECT * FROM customer WHERE customer_id = ?");
    let select = cast::sql(story, span, begin, query);
    let usual = random.between(285_000, 335_000);
    let (end, rows, status) = match plan.trouble {
        Trouble::LockedBy(others) => {
            let wait = others * random.between(340_000, 420_000);
            let waiting = [("level", "warn".into()), ("blockers", format!("[{others} transactions]").into())];
            story.event(select, begin + 60, "Waiting for lock", waiting);
            story.event(select, begin + wait, "Acquired lock", [("transactions_behind", (others / 2).into())]);
            (begin + wait + usual, 1, 200)
        }
        Trouble::NoSuchCustomer => (begin + usual, 0, 404),
        _ => (begin + usual, 1, 200),
    };
    story.tag(select, "db.response.returned_rows", rows);
    story.close(select, end);
    if rows == 0 {
        story.event(span, end + 30, "customer not found", [("level", "error".into()), ("customer_id", id.into())]);
    }
    let end = end + random.between(100, 190);
    cast::http_close(story, span, end, status, Kind::Server);
    (end, status)
}

/// Three workers, each taking the next driver when it is free.
fn routes(story: &mut Story, plan: &Dispatch, root: Told, at: i64, drivers: &[Driver]) -> i64 {
    let mut random = Random::named(plan.seed, "route");
    let mut free = [at, at + 25, at + 55];
    let dropoff = plan.customer.location;
    for (n, driver) in drivers.iter().enumerate() {
        let worker = (0..free.len()).min_by_key(|&n| free[n]).unwrap_or(0);
        let begin = free[worker] + 30;
        story.event(
            root,
            begin - 10,
            "Finding route",
            [("pickup", driver.location.clone().into()), ("dropoff", dropoff.into())],
        );
        let target = format!("/route?dropoff={dropoff}&pickup={}", driver.location);
        let call = cast::http_client(story, root, begin, ("/route", "route", target.clone()));
        let scene = Scene::below(call, ROUTE[worker]);
        let serve = cast::http_server(story, scene, begin + 290, ("GET", "/route", target));
        let usual = random.between(39_000, 76_000);
        let kilometres = random.between(40, 1900) as f64 / 100.0;
        let (length, status) = match plan.trouble {
            Trouble::SlowRoute(slow) if slow == n => (usual + 1_000_000, 200),
            Trouble::RouteTimeout(late) if late == n => (250_000, 504),
            _ => (usual, 200),
        };
        let end = begin + 290 + length;
        if status == 200 {
            story.tag(serve, "route.distance_km", kilometres);
            story.tag(serve, "route.cached", usual < 45_000);
        } else {
            story.event(
                serve,
                end - 50,
                "exception",
                [
                    ("exception.type", "context.deadlineExceededError".into()),
                    ("exception.message", "context deadline exceeded".into()),
                ],
            );
        }
        cast::http_close(story, serve, end, status, Kind::Server);
        cast::http_close(story, call, end + 260, status, Kind::Client);
        free[worker] = end + 260;
    }
    free.into_iter().max().unwrap_or(at)
}
