import cf from "cloudfront";
import crypto from "crypto";

// Runs at every point of presence on every viewer request (CloudFront JavaScript runtime 2.0).
// The next two lines are filled in at synth; the runbook rewrites the first, and keeps it on one line.
const COMMITTED = "committed-side";
const ORIGINS = ["committed-side", "other-side"];

const BELIEF_PATH = "/.well-known/relocate";
const SIDE_HEADER = "x-relocate-side";
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];
// Nobody holds writes longer: a lease that ends later was written by mistake and must not stop the shop.
const LONGEST_FREEZE_SECONDS = 60;

const store = cf.kvs();

// The side that the store names; the last committed one when the store fails, lacks the key or names a stranger.
async function belief() {
  let active;
  try {
    active = await store.get("active", { format: "string" });
  } catch (error) {
    console.log("the store does not tell the active side: " + error);
  }
  if (ORIGINS.indexOf(active) < 0) return { active: COMMITTED, knownFrom: "committed" };
  return { active: active, knownFrom: "store" };
}

// When the freeze ends, in unix seconds; undefined when writes are welcome.
async function frozenUntil(now) {
  let until;
  try {
    const freeze = await store.get("freeze", { format: "string" });
    until = JSON.parse(freeze).until;
  } catch (error) {
    // No key is the usual state, and a lease that nobody can read is none: the gate in the database is the fence.
    return undefined;
  }
  if (typeof until !== "number" || until <= now || until > now + LONGEST_FREEZE_SECONDS) return undefined;
  return until;
}

// Compares every character, so that the time taken does not tell where two signatures differ.
function same(one, other) {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
}

// The side a smoke test asks for; undefined when the wish is unknown, expired, unsigned or badly signed.
async function wishedSide(header, now) {
  const parts = header.split(";");
  if (parts.length !== 3 || ORIGINS.indexOf(parts[0]) < 0) return undefined;
  if (!/^[0-9]{1,12}$/.test(parts[1]) || Number(parts[1]) <= now) return undefined;
  let key;
  try {
    key = await store.get("smoke-key", { format: "string" });
  } catch (error) {
    console.log("no smoke test is possible, the store does not tell the key: " + error);
  }
  if (!key) return undefined;
  const signature = crypto
    .createHmac("sha256", key)
    .update(parts[0] + ";" + parts[1])
    .digest("hex");
  return same(signature, parts[2]) ? parts[0] : undefined;
}

// What this point of presence believes: the runbook asks every point until all agree.
async function tellBelief(now) {
  const answer = await belief();
  answer.committed = COMMITTED;
  answer.frozenUntil = await frozenUntil(now);
  return {
    statusCode: 200,
    statusDescription: "OK",
    headers: {
      "content-type": { value: "application/json" },
      "cache-control": { value: "no-store" },
    },
    body: JSON.stringify(answer),
  };
}

function refusal() {
  return {
    statusCode: 503,
    statusDescription: "Service Unavailable",
    headers: {
      // The hold is far shorter than its lease.
      "retry-after": { value: "1" },
      "cache-control": { value: "no-store" },
    },
  };
}

// CloudFront calls the function of this name.
async function handler(event) {
  const request = event.request;
  const now = Math.floor(Date.now() / 1000);
  if (request.uri === BELIEF_PATH) return tellBelief(now);
  if (SAFE_METHODS.indexOf(request.method) < 0) {
    const until = await frozenUntil(now);
    if (until) return refusal();
  }

  let side;
  const header = request.headers[SIDE_HEADER];
  if (header) {
    side = await wishedSide(header.value, now);
    // The origin has no use for it, and a wish that is still valid must not end up in its logs.
    delete request.headers[SIDE_HEADER];
  }
  if (!side) {
    const known = await belief();
    side = known.active;
  }
  cf.selectRequestOriginById(side);
  return request;
}
