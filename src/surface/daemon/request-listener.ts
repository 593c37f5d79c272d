// One request to one answer: hooks, orders and questions of the operator, telemetry, health; strangers learn nothing.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { PAYLOAD_BYTES_MAX } from "#base/limits.ts";
import { type Waits, WAITS } from "#base/waits.ts";
import {
  ENVIRONMENT_HEADER,
  PATIENCE_HEADER,
  WATCHED_HEADER,
} from "#govern/settings/hook-entries.ts";
import { neutralAnswer, refusal, watchedRefusal } from "#guard/protocol/hook-io.ts";
import type { EnvironmentReport } from "../services/facts/environment-report.ts";
import type { Feed, FeedItem } from "../services/daemon-process/feed.ts";
import type { Answer, AnswerHook, Patience } from "../services/hooks/hook-request.ts";
import { equalSecrets } from "../services/installation/install.ts";
import type { OperatorAnswer } from "../services/daemon-process/operator-orders.ts";
import type { AskedAnswer } from "../services/index/asked.ts";
import type { FindProject, Observes, Project } from "../services/projects/project.ts";
import type { RejectionCode } from "../services/hooks/ports.ts";
import { rejectionText } from "../services/hooks/refusals.ts";
import { WAIT_SECONDS_MAX } from "../services/questions/question-schema.ts";
import type { EventRates } from "../services/hooks/event-rates.ts";
import {
  bearerToken,
  createBodyBudget,
  headerFault,
  projectOf,
  readBody,
  routeOf,
} from "./request-gate.ts";
import { within } from "../foundation/process/time-limit.ts";
import type { GrpcRefusal } from "../services/telemetry/grpc.ts";
import { answerExport, type RefusalKind } from "../services/telemetry/http.ts";
import type { Receiver } from "../services/telemetry/receiver.ts";

/** An order of a person at the terminal is carried out within so many milliseconds, or answered with what keeps it. */
const ORDER_MS_MAX = 8_500;

/** Body bytes in memory over all requests. */
const BODIES_BYTES_MAX = 4 * PAYLOAD_BYTES_MAX;

/** Hook requests being answered at once. */
const REQUESTS_MAX = 128;

/** A question about the log may wait for the index and then for its answer; nobody's call waits for it. */
const QUESTION_MS_MAX = 25_000;

/** A person's answer is held against the policy once more and recorded; then it goes out. */
const SETTLE_MS_MAX = 10_000;

/** Wrong operator secrets in a minute that are answered as such. */
const GUESSES_PER_MINUTE = 5;

/** Bytes a watcher of decisions may lag behind before it is dropped. */
const WATCHER_LAG_BYTES_MAX = 1024 * 1024;

/** What the server needs from the rest of the daemon. */
export type Routes = {
  /** What answers hooks now. While it is pending requests wait within their time; when it rejects they are refused. */
  readonly answerHook: () => Promise<AnswerHook>;
  readonly findProject: FindProject;
  /** Whose request it is where no token says so. */
  readonly callerOf?: (request: IncomingMessage) => Project | { readonly rejected: RejectionCode };
  /** Without it no project is observed only. */
  readonly observes?: Observes | undefined;
  /** The environment in a header of ours; undefined when it is not proven. */
  readonly readEnvironment: (header: string, payload: Uint8Array) => EnvironmentReport | undefined;
  readonly rates: EventRates;
  /** How long what hangs is waited for; as long as the client lets us unless given. */
  readonly waits?: Waits;
  readonly reject: (code: RejectionCode) => void;
  /** A fault of ours while answering; never thrown further. */
  readonly fault: (cause: unknown) => void;
  /** The health answer; `nonce` is the challenge of a client of ours. */
  readonly health: (nonce: string | undefined) => Readonly<Record<string, unknown>>;
  readonly operatorSecret: string;
  /** Carries out an order of the operator; rejects while the daemon's parts are not up. */
  readonly operate: (payload: Uint8Array) => Promise<OperatorAnswer>;
  /** Answers a question about the log; rejects while the daemon's parts are not up. */
  readonly answer: (payload: Uint8Array) => Promise<AskedAnswer>;
  readonly feed: Feed;
  /** Takes the client's telemetry. */
  readonly telemetry: Receiver;
};

/** Records telemetry that was refused, where it counts as a rejected request. */
export function noteRefused({ reject }: Routes, why: RefusalKind | GrpcRefusal): void {
  const code = REJECTED_TELEMETRY[why];
  if (code !== undefined) reject(code);
}

/** A listener that answers every request; `portOf` is where the server listens by then. */
export function createRequestListener(portOf: () => number, routes: Routes) {
  const budget = createBodyBudget(BODIES_BYTES_MAX);
  let underWay = 0;
  const isFlood = createGuessCounter();
  return (request: IncomingMessage, response: ServerResponse): void => {
    response.on("error", () => undefined);
    const route = routeOf(request);
    if (route.kind === "hook") {
      let isCounted = false;
      const count = (): boolean => {
        underWay++;
        isCounted = true;
        return underWay <= REQUESTS_MAX;
      };
      const uncount = (): void => {
        if (isCounted) underWay--;
        isCounted = false;
      };
      const answer = answerRequest(request, {
        routes,
        budget,
        response,
        count,
        waits: uncount,
        port: portOf(),
      });
      void answer
        .then((body) => sendAnswer(request, response, body))
        .catch((cause: unknown) => {
          routes.fault(cause);
          const text =
            cause instanceof Failure ? `sallyport: refused, because ${cause.message}` : FAULT_TEXT;
          sendAnswer(request, response, refusalOf(request, text, routes));
        })
        .finally(uncount);
      return;
    }
    const fault = headerFault(request, portOf());
    if (fault === undefined && route.kind === "operator") {
      const work = { carryOut: routes.operate, limitMs: ORDER_MS_MAX };
      void answerOperator(request, response, { routes, budget, isFlood, ...work }).catch(
        routes.fault,
      );
      return;
    }
    if (fault === undefined && route.kind === "question") {
      const work = { carryOut: routes.answer, limitMs: QUESTION_MS_MAX };
      void answerOperator(request, response, { routes, budget, isFlood, ...work }).catch(
        routes.fault,
      );
      return;
    }
    if (fault === undefined && route.kind === "telemetry") {
      const { telemetry: receiver } = routes;
      if (!receiver.isKnown(request.headers)) endAfter(response);
      const note = (why: RefusalKind) => noteRefused(routes, why);
      void answerExport(request, response, { signal: route.signal, receiver, note }).catch(
        routes.fault,
      );
      return;
    }
    request.resume();
    if (fault !== undefined) {
      routes.reject(fault);
      sendLast(response, 403, { error: "forbidden" });
    } else if (route.kind === "health") sendLast(response, 200, routes.health(route.nonce));
    else if (route.kind === "decisions") followDecisions(request, response, routes);
    else if (route.kind === "none") sendLast(response, route.status, { error: "not found" });
  };
}

/** What of refused telemetry is recorded as a rejected request; that it is malformed is counted beside its sums. */
const REJECTED_TELEMETRY: Readonly<Partial<Record<RefusalKind | GrpcRefusal, RejectionCode>>> = {
  host: "host",
  unknown: "token-unknown",
  "too-large": "too-large",
  slow: "slow",
};

const FAULT_TEXT =
  "sallyport: refused, because answering failed; a person finds the cause with `sallyport log tail`";

const LATE_TEXT =
  "sallyport: refused, because the answer took too long (the daemon may still be starting); try again";

/** The answer to a hook request. Every path ends in one: a refusal is a 200 with a deny, which all clients obey. */
async function answerRequest(
  request: IncomingMessage,
  options: {
    routes: Routes;
    budget: ReturnType<typeof createBodyBudget>;
    response: ServerResponse;
    port: number;
    /** Takes a place among the requests that are answered; false where none is left. */
    count: () => boolean;
    /** The answer waits for a person from here on: who waits is counted elsewhere. */
    waits: () => void;
  },
): Promise<Answer> {
  const { routes, budget, port, response, waits } = options;
  const { answerMs, payloadMs } = routes.waits ?? WAITS;
  const deadlineMs = monotonicMs() + answerMs;
  const refuse = (code: RejectionCode): Answer => {
    routes.reject(code);
    return refusalOf(request, rejectionText(code), routes);
  };
  const project = callerOf(request, routes);
  if ("rejected" in project) endAfter(response);
  const faulty =
    headerFault(request, port) ??
    ("rejected" in project ? project.rejected : undefined) ??
    // WHY so late: who shows no token of ours takes no place.
    (options.count() ? undefined : "busy");
  const waitMs = faulty === undefined && "id" in project ? routes.rates.take(project.id) : 0;
  const refused = faulty ?? (waitMs === undefined ? "rate" : undefined);
  // The body of a refused request is read too, or its sender would not see the answer; it is not kept.
  const body = await readBody(request, { budget, limitMs: payloadMs, refused });
  if (body.kind === "refused") return refuse(body.code);
  if ("rejected" in project) return refuse(project.rejected);
  // WHY wait and not refuse: agents that work side by side send more than that for a while, and each waits for its answer.
  if (waitMs !== undefined && waitMs > 0) await sleep(waitMs);
  const header = request.headers[ENVIRONMENT_HEADER];
  const environment =
    typeof header === "string" ? routes.readEnvironment(header, body.bytes) : undefined;
  if (header !== undefined && environment === undefined) {
    body.release();
    return refuse("token-unknown");
  }
  let waitsSeconds: number | undefined;
  const patience = patienceOf(request, response, (seconds) => {
    waitsSeconds = seconds;
    body.release();
    waits();
  });
  const answer = routes
    .answerHook()
    .then((answerHook) => answerHook(project, body.bytes, environment, patience));
  const done = answer.finally(() => body.release());
  const late = () => refusalOf(request, LATE_TEXT, routes);
  return within(done, deadlineMs - monotonicMs(), () =>
    waitsSeconds === undefined ? late() : within(done, waitsSeconds * 1_000 + SETTLE_MS_MAX, late),
  );
}

/** For how long the client keeps this event open, as its entry in the settings says; `begin` hears of it when it is used. */
function patienceOf(
  request: IncomingMessage,
  response: ServerResponse,
  begin: (seconds: number) => void,
): Patience | undefined {
  const header = request.headers[PATIENCE_HEADER.toLowerCase()];
  if (typeof header !== "string" || !/^[1-9]\d{0,2}$/.test(header)) return undefined;
  const seconds = Math.min(Number(header), WAIT_SECONDS_MAX);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return { seconds, begin: () => begin(seconds), gone: gone.signal };
}

/**
 * Refuses a request whose event was not read; what its entry in the settings says about itself is all that is known. Where the
 * project is observed only nothing is refused: to any other event than the one it names, this answer says nothing.
 */
function refusalOf(request: IncomingMessage, text: string, routes: Routes): Answer {
  if (isObserved(request, routes)) return neutralAnswer("PreToolUse");
  const isWatched = request.headers[WATCHED_HEADER.toLowerCase()] !== undefined;
  return isWatched ? watchedRefusal(text) : refusal(undefined, text);
}

function callerOf(request: IncomingMessage, routes: Routes): ReturnType<typeof projectOf> {
  return routes.callerOf?.(request) ?? projectOf(request, routes.findProject);
}

function isObserved(request: IncomingMessage, routes: Routes): boolean {
  const { observes } = routes;
  if (observes === undefined) return false;
  try {
    const project = callerOf(request, routes);
    return "id" in project && observes(project);
  } catch {
    return false;
  }
}

function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (!request.complete) {
    // What is left of the body will not be read: the connection cannot be used again.
    response.setHeader("connection", "close");
    response.once("finish", () => setTimeout(() => request.destroy(), 250).unref());
  }
  sendJson(response, 200, answer);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

/** WHY: a connection on which nobody showed a token or a secret of ours is not kept for a next request. */
function endAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("connection", "close");
}

function sendLast(response: ServerResponse, status: number, body: object): void {
  endAfter(response);
  sendJson(response, status, body);
}

/**
 * Orders and questions of whoever knows the operator's secret; a hook token is not it. Wrong ones are recorded, and past a few a minute
 * they are turned away with another status, so that a person who looks sees that somebody guesses.
 */
async function answerOperator(
  request: IncomingMessage,
  response: ServerResponse,
  options: {
    routes: Routes;
    budget: ReturnType<typeof createBodyBudget>;
    isFlood: () => boolean;
    carryOut: (payload: Uint8Array) => Promise<OperatorAnswer | AskedAnswer>;
    limitMs: number;
  },
): Promise<void> {
  const { routes, budget, isFlood, carryOut, limitMs } = options;
  const secret = bearerToken(request);
  if (secret === undefined || !equalSecrets(secret, routes.operatorSecret)) {
    request.resume();
    routes.reject(secret === undefined ? "token-missing" : "token-unknown");
    return sendLast(response, isFlood() ? 429 : 403, { error: "forbidden" });
  }
  const body = await readBody(request, { budget, limitMs, refused: undefined });
  if (body.kind === "refused") return sendJson(response, 400, { error: "not readable" });
  const done = carryOut(body.bytes).finally(() => body.release());
  const why = "the daemon is still starting or cannot open its log";
  const refused = (): OperatorAnswer => ({ kind: "refused", why });
  const answer = await within(done, limitMs, refused).catch(refused);
  sendJson(response, 200, answer);
}

/** Says whether there were more wrong secrets within a minute than a person mistakes. */
function createGuessCounter(): () => boolean {
  let windowStartMs = monotonicMs();
  let count = 0;
  return () => {
    if (monotonicMs() - windowStartMs > 60_000) {
      windowStartMs = monotonicMs();
      count = 0;
    }
    count++;
    return count > GUESSES_PER_MINUTE;
  };
}

/** Server-sent events for whoever knows the operator's secret. */
function followDecisions(request: IncomingMessage, response: ServerResponse, routes: Routes): void {
  const secret = bearerToken(request);
  if (secret === undefined || !equalSecrets(secret, routes.operatorSecret)) {
    routes.reject(secret === undefined ? "token-missing" : "token-unknown");
    return sendLast(response, 403, { error: "forbidden" });
  }
  const watch = (item: FeedItem) => {
    if (response.writableLength > WATCHER_LAG_BYTES_MAX) response.destroy();
    else response.write(`data: ${JSON.stringify(item)}\n\n`);
  };
  const stop = routes.feed.subscribe(watch);
  if (stop === undefined) return sendJson(response, 503, { error: "too many watch already" });
  response.on("close", stop);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": following\n\n");
}
