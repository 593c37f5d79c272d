// `npm run bench [-- SUITE...] [--json] [--write] [--calls N] [--trees DIR] [--seconds N]`: what things cost, beside their floors. Measures the built program; never decides about a test.
import { measureAccounts } from "./accounts.ts";
import { measureAgents } from "./agents.ts";
import { measureAudit } from "./audit.ts";
import { measureBacktest } from "./backtest.ts";
import { measureCatchUp } from "./catch-up.ts";
import { measureClient } from "./client.ts";
import { measureCommandHook } from "./command-hook.ts";
import { measureMemory, measureStart } from "./daemon.ts";
import { measureContent } from "./content.ts";
import { measureDashboard } from "./dashboard.ts";
import { measureDashboardPages } from "./dashboard-pages.ts";
import { measureDecisions } from "./decisions.ts";
import { measureDetect } from "./detect.ts";
import { measureDoors } from "./doors.ts";
import { measureEgress } from "./egress.ts";
import { measureEvidence } from "./evidence.ts";
import { measureFairness } from "./fairness.ts";
import { measureFleet } from "./fleet.ts";
import { measureFleetFigures } from "./fleet-figures.ts";
import { measureFleetPolicy } from "./fleet-policy.ts";
import { type BenchOptions, lineOf, type Suite } from "./figures.ts";
import { measureFirstHour } from "./first-hour.ts";
import { measureFirstCall } from "./first-call.ts";
import { measureHeldSessions } from "./held-sessions.ts";
import { measureHold } from "./hold.ts";
import { measureHook } from "./hook.ts";
import { measureIndex } from "./index.ts";
import { measureIndexMemory } from "./index-memory.ts";
import { measureLog } from "./log.ts";
import { measureMcpGateway } from "./mcp-gateway.ts";
import { measureMcpServers } from "./mcp-servers.ts";
import { measureNats } from "./nats.ts";
import { measureOtlp } from "./otlp.ts";
import { measurePolicies } from "./policies.ts";
import { measurePeers } from "./peers.ts";
import { describeMachine, type Section, writePage } from "./page.ts";
import { measureRemotes } from "./remotes.ts";
import { measureResponder } from "./responder.ts";
import { measureScan } from "./scan.ts";
import { measureSimulator } from "./simulator.ts";
import { measureTeamPages } from "./team-pages.ts";
import { scriptArguments } from "../../scripts/script-arguments.ts";

const SUITES: Readonly<Record<string, (options: BenchOptions) => Promise<Suite>>> = {
  decisions: measureDecisions,
  backtest: measureBacktest,
  content: measureContent,
  scan: measureScan,
  log: measureLog,
  index: measureIndex,
  responder: measureResponder,
  evidence: measureEvidence,
  detect: measureDetect,
  dashboard: measureDashboard,
  "dashboard-pages": measureDashboardPages,
  "team-pages": measureTeamPages,
  otlp: measureOtlp,
  nats: measureNats,
  fleet: measureFleet,
  "fleet-figures": measureFleetFigures,
  "fleet-policy": measureFleetPolicy,
  peers: measurePeers,
  audit: measureAudit,
  hook: measureHook,
  doors: measureDoors,
  agents: measureAgents,
  fairness: measureFairness,
  accounts: measureAccounts,
  hold: measureHold,
  "first-call": measureFirstCall,
  "held-sessions": measureHeldSessions,
  remotes: measureRemotes,
  egress: measureEgress,
  "mcp-gateway": measureMcpGateway,
  "mcp-servers": measureMcpServers,
  "catch-up": measureCatchUp,
  client: measureClient,
  "command-hook": measureCommandHook,
  daemon: measureStart,
  memory: measureMemory,
  "index-memory": measureIndexMemory,
  simulator: measureSimulator,
  policy: measurePolicies,
  "first-hour": measureFirstHour,
};

const { values, positionals } = scriptArguments(import.meta.url, {
  options: {
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    calls: { type: "string", default: "100000" },
    trees: { type: "string" },
    seconds: { type: "string" },
  },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => SUITES[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `no suite is called ${unknown.join(", ")}; there are: ${Object.keys(SUITES).join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  const sections: Section[] = [];
  for (const [name, measure] of Object.entries(SUITES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    // Load before the suite: what it adds itself is no news.
    const machine = describeMachine();
    const suite = await measure({
      calls: Number(values.calls),
      ...(values.trees === undefined ? {} : { trees: values.trees }),
      ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
    });
    sections.push({ name, suite, machine });
    if (!values.json) {
      const lines = suite.figures.map(lineOf).join("\n");
      process.stdout.write(`${name} (${machine})\n${lines}\n`);
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify(sections)}\n`);
  if (values.write) writePage(sections, Object.keys(SUITES));
}
