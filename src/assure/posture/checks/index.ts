// Every family of checks with its functions.
import type { Family, Looks } from "../check.ts";
import { ciLooks } from "./ci/index.ts";
import { committedLooks } from "./committed.ts";
import { environmentLooks } from "./environment.ts";
import { gitLooks } from "./git/index.ts";
import { governanceLooks } from "./governance.ts";
import { hooksLooks } from "./hooks/index.ts";
import { machineLooks } from "./machine.ts";
import { managedLooks } from "./managed.ts";
import { mcpLooks } from "./mcp/index.ts";
import { memoryLooks } from "./memory/index.ts";
import { permissionsLooks } from "./permissions/permissions.ts";
import { pluginsLooks } from "./plugins.ts";
import { recordLooks } from "./record/index.ts";
import { sandboxLooks } from "./sandbox/index.ts";
import { secretsLooks } from "./secrets/index.ts";
import { settingsLooks } from "./settings.ts";
import { telemetryLooks } from "./telemetry.ts";
import { untrustedLooks } from "./untrusted/index.ts";

/** Functions by family; entries without one are answered by lint or by a person. */
export const LOOKS: Readonly<Record<Family, Looks>> = {
  ci: ciLooks,
  environment: environmentLooks,
  git: gitLooks,
  governance: governanceLooks,
  hooks: hooksLooks,
  machine: machineLooks,
  managed: managedLooks,
  mcp: mcpLooks,
  memory: memoryLooks,
  permissions: permissionsLooks,
  plugins: pluginsLooks,
  record: recordLooks,
  sandbox: sandboxLooks,
  secrets: { ...secretsLooks, ...committedLooks },
  settings: settingsLooks,
  telemetry: telemetryLooks,
  untrusted: untrustedLooks,
};
