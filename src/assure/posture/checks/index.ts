// Every family of checks with its functions.
import type { Family, Looks } from "../check.ts";
import { ciLooks } from "./ci/index.ts";
import { hooksLooks } from "./hooks/index.ts";
import { managedLooks } from "./managed.ts";
import { mcpLooks } from "./mcp.ts";
import { permissionsLooks } from "./permissions.ts";
import { pluginsLooks } from "./plugins.ts";
import { settingsLooks } from "./settings.ts";

/** Functions by family; a family without one has entries that lint or a person answers. */
export const LOOKS: Readonly<Partial<Record<Family, Looks>>> = {
  ci: ciLooks,
  hooks: hooksLooks,
  managed: managedLooks,
  mcp: mcpLooks,
  permissions: permissionsLooks,
  plugins: pluginsLooks,
  settings: settingsLooks,
};
