//! What goes on besides dispatches: pages, look-ups, a report, and the jobs that run behind the customers' backs.

use super::super::jaeger::Reference;
use super::super::random::Random;
use super::cast::{self, CUSTOMER, DRIVER, FRONTEND};
use super::dispatch::{Dispatch, serve_customer};
use super::story::{Kind, Scene, Story, Told};

/// A page or file that the frontend has at hand.
pub fn page(story: &mut Story, route: &'static str, status: i64, length: i64) {
    let scene = Scene::root(FRONTEND);
    let root = cast::http_server(story, scene, 0, ("GET", route, route.to_owned()));
    story.event(root, 30, "HTTP request received", [("level", "info".into())]);
    story.tags(
        root,
        [
            ("server.address", cast::SITE.into()),
            ("http.response.body.size", (length * 3).into()),
            ("cache.hit", (status == 304).into()),
        ],
    );
    cast::http_close(story, root, length, status, Kind::Server);
}

/// Somebody asks the customer service directly.
pub fn look_up(story: &mut Story, plan: &Dispatch) {
    serve_customer(story, Scene::root(CUSTOMER), 0, plan);
}

/// The accountants' list, the slowest query of the day.
pub fn report(story: &mut Story) {
    let target = "/customer/report?month=2026-09&format=xlsx".to_owned();
    let scene = Scene::root(CUSTOMER);
    let root = cast::http_server(story, scene, 0, ("GET", "/customer/report", target));
    let select = cast::sql(story, root, 700, ("SELECT", "ride", REPORT));
    story.tag(select, "db.response.returned_rows", 48_211);
    story.tag(select, "db.query.cost", 918_442.75);
    story.event(
        select,
        1_640_000,
        "slow query",
        [("level", "warn".into()), ("rows_examined", 12_907_334.into()), ("filesort", true.into())],
    );
    story.close(select, 2_873_000);
    let scene = Scene::below(root, CUSTOMER);
    let render = story.open(scene, Kind::Internal, "render report", 2_873_600);
    story.tag(render, "report.sheets", 14);
    story.tag(render, "report.title", "九月行程报表 · September 📈");
    story.close(render, 3_391_000);
    cast::http_close(story, root, 3_392_400, 200, Kind::Server);
}

const REPORT: &str = include_str!("report.sql");

/// Charges the rides given by `rides`, and tells the drivers' service of each: its messages are given back.
pub fn settle(story: &mut Story, rides: &[Reference]) -> Vec<Reference> {
    let mut random = Random::named("settle", "times");
    let root = story.open(Scene::root(CUSTOMER), Kind::Internal, "settle rides", 0);
    for ride in rides {
        story.follow(root, *ride);
    }
    story.tags(
        root,
        [
            ("job.schedule", "*/15 * * * *".into()),
            ("job.dry_run", false.into()),
            (
                "job.options",
                r#"{"batch":{"size":50,"order":["oldest"]},"currencies":["USD","CNY"],"retry":null,"ratio":0.125}"#
                    .into(),
            ),
        ],
    );
    let select = cast::sql(
        story,
        root,
        400,
        ("SELECT", "ride", "SELECT ride_id, fare FROM ride WHERE settled_at IS NULL ORDER BY ride_id LIMIT 50"),
    );
    let mut at = 400 + random.between(20_000, 30_000);
    story.tag(select, "db.response.returned_rows", rides.len() as i64);
    story.close(select, at);
    let mut messages = Vec::new();
    for n in 0..rides.len() as i64 {
        let charge = cast::sql(
            story,
            root,
            at + 200,
            ("UPDATE", "ride", "UPDATE ride SET settled_at = NOW(6), settled_by = ? WHERE ride_id = ?"),
        );
        at += 200 + random.between(11_000, 19_000);
        story.close(charge, at);
        let scene = Scene::below(root, CUSTOMER);
        let send = cast::kafka(story, scene, at + 150, (Kind::Producer, "send", "ride.settled"));
        story.tag(send, "messaging.kafka.offset", OFFSET + n);
        at += 150 + random.between(2_000, 4_500);
        story.close(send, at);
        messages.push(story.link_to(send));
    }
    story.event(root, at + 100, "rides settled", [("count", (rides.len() as i64).into())]);
    story.close(root, at + 300);
    messages
}

/// 2^53 + 1 is the first whole number that a double cannot hold.
const OFFSET: i64 = (1 << 53) + 1;

/// The drivers' service takes a batch of messages; the last is beyond it and goes to the dead letters.
pub fn receive(story: &mut Story, messages: &[Reference]) {
    let mut random = Random::named("receive", "times");
    let topic = "ride.settled";
    let batch = (Kind::Consumer, "receive", topic);
    let root = cast::kafka(story, Scene::root(DRIVER), 0, batch);
    story.tags(
        root,
        [
            ("messaging.batch.message_count", (messages.len() as i64).into()),
            ("messaging.consumer.group.name", "driver-earnings".into()),
        ],
    );
    let mut at = 300;
    for (n, message) in messages.iter().enumerate() {
        story.follow(root, *message);
        let scene = Scene::below(root, DRIVER);
        let process = cast::kafka(story, scene, at, (Kind::Consumer, "process", topic));
        story.follow(process, *message);
        story.tag(process, "messaging.kafka.offset", OFFSET + n as i64);
        if n + 1 == messages.len() {
            at = dead_letter(story, process, at);
            continue;
        }
        let statement = format!("HINCRBYFLOAT driver:T7{:05}C earned 21.4", random.below(100_000));
        let add = cast::redis(story, process, at + 180, ("AddEarnings", statement));
        at += 180 + random.between(7_000, 12_000);
        story.close(add, at);
        story.close(process, at + 90);
        at += 200;
    }
    story.close(root, at + 150);
}

fn dead_letter(story: &mut Story, process: Told, at: i64) -> i64 {
    let why = "unknown currency \"¤\"";
    story.event(
        process,
        at + 400,
        "exception",
        [
            ("exception.type", "*driver.CurrencyError".into()),
            ("exception.message", why.into()),
            ("exception.stacktrace", "*driver.CurrencyError: unknown currency\n\tdriver.(*earnings).add(earnings.go:88)\n\tdriver.(*consumer).process(consumer.go:131)\n\tmain.main(main.go:24)".into()),
        ],
    );
    story.fail(process, why);
    let scene = Scene::below(process, DRIVER);
    let letter = (Kind::Producer, "send", "ride.settled.dead");
    let send = cast::kafka(story, scene, at + 620, letter);
    story.tag(send, "messaging.message.body", vec![0, 159, 146, 150, 0, 255, 16, 32]);
    story.close(send, at + 3_870);
    story.close(process, at + 4_020);
    at + 4_200
}

/// Every ten minutes: where all drivers are, written to redis shard by shard.
pub fn sweep(story: &mut Story) {
    let mut random = Random::named("sweep", "times");
    let root = story.open(Scene::root(DRIVER), Kind::Internal, "sweep positions", 0);
    story.tag(root, "drivers.online", 1_482);
    story.tag(root, "drivers.share_moving", 0.617);
    let mut at = 900;
    for shard in 0..8 {
        let statement = format!("GEOADD drivers:{shard} … 185 members");
        let add = cast::redis(story, root, at, ("GEOADD", statement));
        let packed: Vec<u8> = (0..24).map(|_| random.next() as u8).collect();
        story.tag(add, "positions.packed", packed);
        at += random.between(3_000, 6_500);
        story.close(add, at);
        at += 120;
    }
    story.close(root, at + 400);
}
