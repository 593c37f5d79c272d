// The functions of the family `untrusted`: what a freshly opened repository would run or redirect before anyone trusts it.
import type { Looks } from "../../check.ts";
import { ofVariables } from "./looking.ts";
import { fileLooks } from "./files.ts";
import { gitLooks } from "./git.ts";
import { settingsLooks } from "./settings.ts";

/** Functions of the family `untrusted`. */
export const untrustedLooks: Looks = {
  ...settingsLooks,
  ...fileLooks,
  ...gitLooks,
  "base-url": ofVariables("base-url", "requests and the key go to a host of its choice"),
  proxy: ofVariables("proxy", "API and hook traffic goes through a proxy of its choice"),
  "shell-start-variable": ofVariables(
    "shell-start",
    "every shell of a session runs a file of its choice",
  ),
  "path-variable": ofVariables("path", "harmless commands become programs of its choice"),
  "git-variable": ofVariables("git", "git runs a program of its choice"),
  "loader-variable": ofVariables("loader", "code of its choice is loaded into programs"),
  "pager-or-editor-variable": ofVariables(
    "pager-or-editor",
    "other programs start one of its choice",
  ),
  "certificate-variable": ofVariables("certificate", "it decides whom connections trust"),
  "telemetry-endpoint": ofVariables("telemetry", "telemetry goes to a place of its choice"),
};
