// A month of the made-up company, lived through the real guard: every event of the client is answered and recorded by the daemon's own parts.
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { telemetryEvent } from "#record/event/telemetry-events.ts";
import { readEventKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Log } from "#record/store/writing-log.ts";
import { type DaemonBase, daemonPolicies, daemonPorts } from "../../daemon/daemon-ports.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { productVersion } from "../../foundation/product/product.ts";
import { createAlertWatch } from "../../services/alerts/alert-watch.ts";
import { createFeed } from "../../services/daemon-process/feed.ts";
import { createObserves } from "../../services/evaluation/observing.ts";
import { createClientSeen } from "../../services/fleet/client-seen.ts";
import { createHeavyWork } from "../../services/heavy/heavy-work.ts";
import { createHoldPort } from "../../services/hold/hold-port.ts";
import { createCallHosts } from "../../services/hold/hosts/call-hosts.ts";
import { holdPlaces } from "../../services/hold/shim.ts";
import { createAppend } from "../../services/hooks/audit-append.ts";
import { createHookAnswers } from "../../services/hooks/hook-answers.ts";
import type { AnswerHook } from "../../services/hooks/hook-request.ts";
import { createRecorder } from "../../services/hooks/recorder.ts";
import { createIncidentDesk } from "../../services/incidents/incident-desk.ts";
import { openOffSwitch } from "../../services/installation/off-switch.ts";
import { readDetections } from "../../services/log/detections.ts";
import { managedPlace } from "../../services/policy/layers.ts";
import type { Project } from "../../services/projects/project.ts";
import { createControlInspector, openProjectBook } from "../../services/projects/projects.ts";
import { openHeldSessions } from "../../services/sessions/held-sessions.ts";
import { createUsageBook, type UsageBook } from "../../services/telemetry/usage.ts";
import { writeUsage } from "../../services/telemetry/usage-file.ts";
import type { UndoPort } from "../../services/undo/undo-port.ts";
import { type Chance, createChance } from "./chance.ts";
import { DEMO_PEOPLE, DEMO_TALES, type DemoCall, type DemoTale } from "./company.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** What a million tokens cost, in millionths of a dollar for each token, about. */
const INPUT_MICROS = 3;
const OUTPUT_MICROS = 15;

export type Month = {
  readonly directories: Directories;
  readonly home: string;
  readonly projects: readonly Project[];
  readonly seed: number;
  readonly days: number;
  readonly nowMs: number;
  /** Hears of each day that was lived. */
  readonly onDay?: (done: number) => void;
};

/** Lives it; the log, its alerts and its incidents are in the data directory then. */
export async function liveMonth(month: Month): Promise<void> {
  const { directories, days, nowMs } = month;
  const clock = createDemoClock(nowMs - days * DAY_MS);
  const { log: place, keys } = directories;
  const log = await openLog({ log: place, keys, clock, productVersion: productVersion() });
  const company = await openCompany(month, log, clock);
  try {
    const chance = createChance(month.seed);
    const rare = DEMO_TALES.filter(({ isRare }) => isRare === true);
    const usual = DEMO_TALES.filter(({ isRare }) => isRare !== true);
    for (let day = 0; day < days; day += 1) {
      const dayMs = nowMs - (days - day) * DAY_MS;
      const isWeekend = [0, 6].includes(new Date(dayMs).getUTCDay());
      const sessions = isWeekend ? chance.below(2) : 1 + chance.below(3);
      for (let had = 0; had < sessions; had += 1) {
        // The last bad days are recent ones, so that something is open.
        const isBad = day % 6 === 5 && had === 0;
        const tale = isBad
          ? (rare[Math.floor(day / 6) % rare.length] ?? chance.of(rare))
          : chance.of(usual);
        clock.moveTo(dayMs + (had + 1) * 3 * HOUR_MS + chance.below(2 * HOUR_MS));
        await company.haveSession(tale, chance);
      }
      await company.lookForAlerts();
      month.onDay?.(day + 1);
    }
  } finally {
    await company.close();
    await log.close();
  }
}

async function openCompany(month: Month, log: Log, clock: DemoClock) {
  const { directories, home, projects } = month;
  const { installSubject } = await readEventKeys(directories.keys);
  const heavy = createHeavyWork({ keys: directories.keys });
  const hosts = createCallHosts({
    nowMs: clock.nowMs,
    own: () => new Set<number>(),
    notes: holdPlaces(directories.root).rooms,
  });
  const hold = createHoldPort({
    data: directories.root,
    home,
    nowMs: clock.nowMs,
    hosts,
    prepares: false,
    // WHY: what a machine can hold differs, and the demo is the same everywhere.
    standing: () => Promise.resolve({ works: false, why: "a demo runs nothing", repair: "" }),
  });
  // The made-up calls change nothing that could be taken back.
  const nothing = () => undefined;
  const undo: UndoPort = {
    prepare: nothing,
    end: nothing,
    settle: nothing,
    begin: () => Promise.resolve(),
    close: () => Promise.resolve(),
    copy: () => Promise.resolve([]),
  };
  const heldSessions = openHeldSessions(directories);
  const opened = new Map<string, AnswerHook>();
  const answersOf = (user: string): AnswerHook => {
    const known = opened.get(user);
    if (known !== undefined) return known;
    const book = openProjectBook(directories.projectsFile);
    const managed = managedPlace();
    const base: DaemonBase = {
      directories,
      clock,
      version: productVersion(),
      home,
      book,
      managed,
      heldSessions,
      machine: { home, ownPaths: [directories.root], user },
      inspectControls: createControlInspector(book, home),
      offSwitch: openOffSwitch(directories),
      observes: createObserves(book, directories, managed),
      clients: createClientSeen(),
    };
    const append = createAppend({
      machine: base.machine,
      clock,
      late: "daemon",
      stamp: log.stamp,
      write: (events, how) => Promise.all(events.map((event) => log.append(event, how))),
    });
    const policy = daemonPolicies(base, append);
    const telemetry = { observe: () => undefined };
    const ports = daemonPorts(base, {
      log,
      append,
      policy,
      telemetry,
      hold,
      undo,
      heavy,
      installSubject,
    });
    const answer = createHookAnswers(ports, createRecorder(ports, clock.monotonicMs), createFeed());
    opened.set(user, answer);
    return answer;
  };
  const desk = createIncidentDesk(directories, {
    clock,
    log,
    heldSessions,
    lockDown: () => undefined,
    digest: (text) => installSubject.pseudonym("incident", text),
  });
  const { rules } = readDetections(directories.root);
  const watch = createAlertWatch(rules, { begin: 0, nowMs: clock.nowMs });
  let looked = 0;
  const usage = createUsageBook();
  return {
    haveSession(tale: DemoTale, chance: Chance) {
      const user = chance.of(DEMO_PEOPLE);
      const project = chance.of(projects);
      return haveSession(tale, {
        answer: answersOf(user),
        user,
        project,
        chance,
        clock,
        log,
        home,
        usage,
      });
    },
    async lookForAlerts() {
      await log.publish();
      const end = log.status().published;
      const view = await viewLog(directories.log, directories.keys);
      const found = [...(await watch.take(view.entries(looked, end))), ...watch.passed()];
      looked = end;
      for (const alert of found) await desk.alert(alert);
    },
    async close() {
      writeUsage(directories.telemetryFile, usage.usage());
      hosts.stop();
      await heavy.close();
    },
  };
}

type Had = {
  readonly answer: AnswerHook;
  readonly user: string;
  readonly project: Project;
  readonly chance: Chance;
  readonly clock: DemoClock;
  readonly log: Log;
  readonly home: string;
  readonly usage: UsageBook;
};

async function haveSession(tale: DemoTale, had: Had): Promise<void> {
  const { answer, project, chance, clock, home } = had;
  const sessionId = randomUUID();
  const transcript = join(home, ".claude", "projects", "demo", `${sessionId}.jsonl`);
  mkdirSync(dirname(transcript), { recursive: true });
  writeFileSync(transcript, "");
  const tell = (name: string, more: object = {}) =>
    answer(
      project,
      Buffer.from(
        JSON.stringify({
          session_id: sessionId,
          transcript_path: transcript,
          cwd: project.root,
          permission_mode: "default",
          hook_event_name: name,
          ...more,
        }),
      ),
    );
  await tell("SessionStart", { source: "startup" });
  const prompted = await tell("UserPromptSubmit", { prompt: tale.prompt });
  const isBlocked = "decision" in prompted && prompted.decision === "block";
  // A prompt that was held back is written again without what it held.
  if (isBlocked) await tell("UserPromptSubmit", { prompt: tale.prompt.replace(/: .*/, ".") });
  for (const [place, call] of tale.calls.entries()) {
    clock.pass(2_000 + chance.below(40_000));
    await spend(sessionId, place, had);
    await haveCall(call, `toolu_${sessionId.slice(0, 8)}_${place}`, { ...had, tell });
  }
  await tell("Stop", { stop_hook_active: false });
  clock.pass(MINUTE_MS);
  await tell("SessionEnd", { reason: "prompt_input_exit" });
}

type Tell = (name: string, more?: object) => ReturnType<AnswerHook>;

async function haveCall(
  call: DemoCall,
  id: string,
  { tell, project, chance, clock }: Had & { readonly tell: Tell },
): Promise<void> {
  const input = Object.fromEntries(
    Object.entries(call.input).map(([key, text]) => [key, text.replace("{root}", project.root)]),
  );
  const what = { tool_name: call.tool, tool_input: input, tool_use_id: id };
  const answered = await tell("PreToolUse", what);
  const output = "hookSpecificOutput" in answered ? answered.hookSpecificOutput : undefined;
  const verdict = Object(output).permissionDecision as string | undefined;
  if (verdict === "deny") return;
  if (verdict === "ask") {
    await tell("PermissionRequest", { tool_name: call.tool, tool_input: input });
    clock.pass(3_000 + chance.below(50_000));
    if (call.no === true) return;
  }
  clock.pass(200 + chance.below(9_000));
  if (call.fails === true)
    await tell("PostToolUseFailure", { ...what, error: "exit code 1: 1 test failed" });
  else
    await tell("PostToolUse", {
      ...what,
      tool_response: { stdout: "done", stderr: "", interrupted: false },
    });
}

/** One that is asked for most, and one for small things. */
const MODELS = ["claude-sonnet-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"];

/** What the client tells of a request to its model. */
async function spend(
  sessionId: string,
  sequence: number,
  { log, clock, chance, user, usage }: Had,
): Promise<void> {
  const input = 2_000 + chance.below(30_000);
  const output = 200 + chance.below(2_500);
  const model = chance.of(MODELS);
  const cost = input * INPUT_MICROS + output * OUTPUT_MICROS;
  const endNanos = clock.nowMs() * 1e6;
  const counted = { isDelta: true, startNanos: endNanos, endNanos };
  usage.addPoint({
    ...counted,
    name: "claude_code.cost.usage",
    value: cost / 1e6,
    attributes: new Map([["model", model]]),
  });
  const attributes = new Map<string, string | number>([
    ["session.id", sessionId],
    ["model", model],
    ["event.sequence", sequence + 1],
    ["input_tokens", input],
    ["output_tokens", output],
    ["cache_read_tokens", chance.below(90_000)],
    ["cache_creation_tokens", chance.below(4_000)],
    ["cost_usd_micros", cost],
    ["duration_ms", 900 + chance.below(9_000)],
  ]);
  const told = { name: "api_request", timeMs: clock.nowMs(), attributes, user };
  await log.append(telemetryEvent(log.stamp("telemetry"), told), { durable: false });
}

// The clock of the demo's month: it goes on by itself as time passes, and is moved on between calls. Wall and monotonic time go together.

type DemoClock = Clock & {
  /** Moves on to this moment; never back. */
  moveTo(timeMs: number): void;
  pass(ms: number): void;
};

/** A clock that says `startMs` now. */
function createDemoClock(startMs: number): DemoClock {
  const begun = monotonicMs();
  let skippedMs = 0;
  const passedMs = () => monotonicMs() - begun + skippedMs;
  const nowMs = () => Math.floor(startMs + passedMs());
  return {
    nowMs,
    monotonicMs: () => begun + passedMs(),
    moveTo(timeMs) {
      skippedMs += Math.max(0, timeMs - nowMs());
    },
    pass(ms) {
      skippedMs += Math.max(0, ms);
    },
  };
}
