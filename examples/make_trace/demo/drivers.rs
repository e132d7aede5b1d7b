//! Which drivers are near: the driver service asks redis for their ids, then for each driver's place, up to three times.

use super::super::random::Random;
use super::cast::{self, DRIVER, FRONTEND};
use super::dispatch::{Dispatch, Trouble};
use super::story::{Kind, Scene, Story, Told};

pub struct Driver {
    pub id: String,
    pub location: String,
}

const DRIVERS: usize = 10;
const ATTEMPTS: i64 = 3;
const LOST: &str = "redis timeout";

/// Gives the drivers, and in either case when.
pub fn find_nearest(story: &mut Story, plan: &Dispatch, root: Told, at: i64) -> Result<(Vec<Driver>, i64), i64> {
    let call = open(story, Scene::below(root, FRONTEND), Kind::Client, at);
    story.tags(
        call,
        [("server.address", "driver".into()), ("server.port", 8082.into()), ("peer.service", "driver".into())],
    );
    let serve = open(story, Scene::below(call, DRIVER), Kind::Server, at + 410);
    let found = search(story, plan, serve, at + 480);
    let (Ok((_, end)) | Err(end)) = found;
    close(story, serve, end + 60, ("SENT", found.is_ok()));
    let end = end + 450;
    close(story, call, end, ("RECEIVED", found.is_ok()));
    match found {
        Ok((drivers, _)) => Ok((drivers, end)),
        Err(_) => Err(end),
    }
}

fn open(story: &mut Story, scene: Scene, kind: Kind, at: i64) -> Told {
    let first = match kind {
        Kind::Client => "SENT",
        _ => "RECEIVED",
    };
    let span = story.open(scene, kind, "driver.DriverService/FindNearest", at);
    story.tags(
        span,
        [
            ("rpc.system", "grpc".into()),
            ("rpc.service", "driver.DriverService".into()),
            ("rpc.method", "FindNearest".into()),
        ],
    );
    story.event(span, at + 20, "message", [("message.type", first.into())]);
    span
}

fn close(story: &mut Story, span: Told, at: i64, (way, succeeded): (&'static str, bool)) {
    if succeeded {
        story.event(span, at - 10, "message", [("message.type", way.into())]);
        story.tag(span, "rpc.grpc.status_code", 0);
    } else {
        story.tag(span, "rpc.grpc.status_code", 14);
        story.fail(span, format!("UNAVAILABLE: {LOST}"));
    }
    story.close(span, at);
}

fn search(story: &mut Story, plan: &Dispatch, serve: Told, at: i64) -> Result<(Vec<Driver>, i64), i64> {
    let location = plan.customer.location;
    let near = [("location", location.into())];
    story.event(serve, at, "Searching for nearby drivers", near);
    let mut random = Random::named(plan.seed, "redis");
    let mut late = Random::named(plan.seed, "timeouts");
    let statement = format!("GEOSEARCH drivers FROMLONLAT {location} BYRADIUS 5 km COUNT 10");
    let ids = cast::redis(story, serve, at + 40, ("FindDriverIDs", statement));
    let mut at = at + 40 + random.between(16_000, 26_000);
    let count = DRIVERS as i64;
    story.event(ids, at - 20, "Found drivers", [("count", count.into())]);
    story.close(ids, at);
    let mut drivers = Vec::with_capacity(DRIVERS);
    for n in 0..DRIVERS {
        let driver = Driver {
            id: format!("T7{:05}C", random.below(100_000)),
            location: format!("{},{}", random.below(900), random.below(900)),
        };
        // Drawn also if it comes to nothing, so that retries change no other driver's time.
        let usual = random.between(6_500, 13_500);
        let timeouts = match plan.trouble {
            Trouble::RedisOut if n == 3 => ATTEMPTS,
            _ => i64::from(plan.timeouts.contains(&n)),
        };
        at = time_out(story, serve, at, (&driver, timeouts), &mut late)?;
        let get = get_driver(story, serve, at + 30, &driver);
        at += 30 + usual;
        story.close(get, at);
        drivers.push(driver);
    }
    let found = [("num_drivers", count.into())];
    story.event(serve, at + 40, "Search successful", found);
    Ok((drivers, at + 50))
}

/// So many look-ups of a driver in vain; after the third the search is given up.
fn time_out(
    story: &mut Story,
    serve: Told,
    mut at: i64,
    (driver, times): (&Driver, i64),
    late: &mut Random,
) -> Result<i64, i64> {
    let error = || ("level", "error".into());
    let id = || ("driver_id", driver.id.clone().into());
    let lost = || ("error", LOST.into());
    for attempt in 1..=times {
        let get = get_driver(story, serve, at + 30, driver);
        at += 30 + late.between(29_800, 33_500);
        story.event(get, at - 20, LOST, [error(), id(), lost()]);
        story.fail(get, LOST);
        story.close(get, at);
        if attempt == ATTEMPTS {
            let name = "Failed to get driver after 3 attempts";
            story.event(serve, at + 30, name, [error(), id(), lost()]);
            return Err(at + 40);
        }
        let name = "Retrying GetDriver after error";
        let retry = ("retry_no", attempt.into());
        story.event(serve, at + 20, name, [error(), retry, lost()]);
    }
    Ok(at)
}

fn get_driver(story: &mut Story, serve: Told, at: i64, driver: &Driver) -> Told {
    let statement = format!("HGETALL driver:{}", driver.id);
    let get = cast::redis(story, serve, at, ("GetDriver", statement));
    story.tag(get, "param.driverID", driver.id.clone());
    get
}
