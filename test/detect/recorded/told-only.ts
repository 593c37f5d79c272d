// Detections that no judged call trips, each with the reason: their events come from the examples and go through the log alone.

const CLIENT = "the client's telemetry says it, and no client runs here";
const TELEMETRY = "it is found by comparing hooks with the client's telemetry";
const PERSON = "a person does it at a terminal, outside of any session";
const DAEMON = "the daemon says it of itself, its log or its network";
const UNATTENDED = "the recording path has sessions with a person only";
const HELD = "only the kernel refuses so, and nothing is held while this is recorded";

/** By name of the detection. */
export const TOLD_ONLY: Readonly<Record<string, string>> = {
  "collection/raw-texts-enabled": PERSON,
  "collection/telemetry-with-content": TELEMETRY,
  "credential-access/decoy-touched": "decoys are planted by the daemon, and this project has none",
  "credential-access/secret-provider-failing": DAEMON,
  "defense-evasion/broad-exception": PERSON,
  "defense-evasion/bypass-switched-on": CLIENT,
  "defense-evasion/call-rewritten": "another hook of the client would have to rewrite the call",
  "defense-evasion/client-without-guard": TELEMETRY,
  "defense-evasion/clock-set-back": DAEMON,
  "defense-evasion/control-lapsed": PERSON,
  "defense-evasion/decision-not-enforced": "it needs a time off, which a person begins",
  "defense-evasion/delivery-dead": DAEMON,
  "defense-evasion/exception-worn": "it needs an exception, which a person grants",
  "defense-evasion/guard-failed-open": "the guard would have to fail",
  "defense-evasion/guard-failing": "the guard would have to fail",
  "defense-evasion/guard-switched-off": PERSON,
  "defense-evasion/helper-failed": CLIENT,
  "defense-evasion/hook-failed": CLIENT,
  "defense-evasion/hook-failed-in-protected": CLIENT,
  "defense-evasion/hook-registered": CLIENT,
  "defense-evasion/hooks-altered": "the settings of a real project would have to be altered",
  "defense-evasion/log-key-changed": PERSON,
  "defense-evasion/log-recovered": DAEMON,
  "defense-evasion/log-refused-by-witness": DAEMON,
  "defense-evasion/path-turned": "a link would have to turn between the judgement and the run",
  "defense-evasion/policy-rolled-back": PERSON,
  "defense-evasion/project-observed": PERSON,
  "defense-evasion/record-edited": DAEMON,
  "defense-evasion/session-released": PERSON,
  "defense-evasion/settings-changed": "the settings of a real project would have to be altered",
  "defense-evasion/submitter-unproven": DAEMON,
  "defense-evasion/telemetry-content-and-bypass": CLIENT,
  "defense-evasion/telemetry-incomplete": TELEMETRY,
  "execution/hold-refusals": HELD,
  "execution/unattended-production": UNATTENDED,
  "execution/unattended-release": UNATTENDED,
  "execution/unclear-code-in-bypass":
    "the guard asks about unclear code whatever a policy says; only where nothing is enforced it passes",
  "impact/cost-spike": CLIENT,
  "impact/flood": DAEMON,
  "impact/lockdown-begun": PERSON,
  "impact/requests-failing": CLIENT,
  "impact/token-spike": CLIENT,
  "initial-access/install-script-held": HELD,
  "initial-access/mcp-server-of-project": CLIENT,
  "initial-access/package-installed-unattended": UNATTENDED,
  "initial-access/plugin-unofficial": CLIENT,
  "persistence/background-contact": "the client would have to move a call into the background",
  "persistence/extension-appeared":
    "a project with plugins or skills of its own would have to be there",
  "persistence/extension-unlike-agreed":
    "a project with plugins or skills of its own would have to be there",
  "persistence/mod-not-agreed": "a project with plugins of its own would have to be there",
};

const LATER = "the set was recorded before events had what it looks at";

/** What the log of a set cannot hold at all, with the reason: examples alone trip it. */
export const NOT_RECORDED: Readonly<Record<string, string>> = {
  "defense-evasion/look-alike-name": LATER,
  "execution/orders-in-answer": LATER,
  "execution/orders-then-act": LATER,
  "execution/unseen-orders": LATER,
  "exfiltration/data-in-host-name": LATER,
  "persistence/start-requested": LATER,
  "persistence/pipeline-changed": LATER,
  "persistence/pipeline-widened": LATER,
  "defense-evasion/sealed-data-forged":
    "a sealed part that does not open is made by damaging a log, and a log writes none",
};
