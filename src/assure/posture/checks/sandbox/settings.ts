// The client's own sandbox as settings make it.
import { type Fault, type Look, type Looks, notApplicable } from "../../check.ts";
import {
  isGuarded,
  isSet,
  itemsAt,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
  textsIn,
} from "../../looking.ts";
import { isBroadPlace, isCredentialPlace, isSecretPlace } from "../../inputs/secret-places.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { rulesIn } from "../permissions/plain-rules.ts";

const SOCKET = /(?:docker|podman|containerd|crio)\.sock/;

/** A check of sandbox settings where the sandbox is on. */
function ofSandbox(find: (auditInputs: AuditInputs) => readonly Fault[]): Look {
  return (auditInputs) =>
    isSet(auditInputs, ["sandbox", "enabled"])
      ? ofSettings(find)(auditInputs)
      : notApplicable("the sandbox is not on");
}

/** Checks of the family `sandbox` about settings. */
export const settingLooks: Looks = {
  "unsandboxed-commands": ofSandbox((auditInputs) => {
    if (isSet(auditInputs, ["sandbox", "allowUnsandboxedCommands"], false)) return [];
    const spot =
      spotsAt(auditInputs, ["sandbox", "allowUnsandboxedCommands"])[0] ??
      spotsAt(auditInputs, ["sandbox", "enabled"])[0];
    return spot === undefined
      ? []
      : [
          spotFault(spot, "a call may ask to leave the sandbox", {
            fix: 'add `"allowUnsandboxedCommands": false`',
          }),
        ];
  }),
  "auto-allow-fails-open": ofSettings((auditInputs) =>
    isSet(auditInputs, ["sandbox", "failIfUnavailable"])
      ? []
      : spotsAt(auditInputs, ["sandbox", "autoAllowBashIfSandboxed"])
          .filter(({ node }) => scalarOf(node) === true)
          .map((spot) =>
            spotFault(
              spot,
              "commands are allowed because they are sandboxed, and nothing makes sure that they are",
              { fix: 'add `"failIfUnavailable": true`' },
            ),
          ),
  ),
  "broad-exclusion": ofSettings((auditInputs) =>
    itemsAt(auditInputs, ["sandbox", "excludedCommands"])
      .filter(({ node }) =>
        textsIn(node).some((text) =>
          /^(?:\*+|(?:ba|z|da)?sh|node|deno|bun|python[\d.]*|perl|ruby|php|npm|npx|pnpm|yarn|pip3?|uvx?|cargo|go|make|docker|docker-compose|podman|kubectl|helm|ssh|sudo|env|xargs|find|git|java|mvn|gradle|curl|wget)(?:\s*[:*].*|\s+\*.*)?$/.test(
            text.trim(),
          ),
        ),
      )
      .map((spot) =>
        spotFault(spot, "this program runs others, all of them without the sandbox", {
          fix: "take it out, and name what it needs in `allowWrite` and `allowedDomains`",
        }),
      ),
  ),
  "weaker-nesting": trueKey(
    ["sandbox", "enableWeakerNestedSandbox"],
    "the sandbox is weaker so that it runs in a container",
  ),
  "secrets-readable": ofSandbox((auditInputs) => {
    if (isGuarded(auditInputs)) return [];
    const denied = itemsAt(auditInputs, ["sandbox", "filesystem", "denyRead"]).some(({ node }) =>
      textsIn(node).some((path) => isSecretPlace(path) || isBroadPlace(path)),
    );
    const ruled = rulesIn(auditInputs, "deny").some(
      ({ tool, subject = ".env" }) => tool === "Read" && isSecretPlace(subject),
    );
    const [spot] = spotsAt(auditInputs, ["sandbox"]);
    if (
      denied ||
      ruled ||
      spot === undefined ||
      spotsAt(auditInputs, ["sandbox", "credentials"]).length > 0
    )
      return [];
    return [
      spotFault(spot, "the sandbox lets commands read every file of secrets", {
        fix: 'add `"filesystem": { "denyRead": ["./.env", "**/.env", "~/.ssh", "~/.aws"] }`',
      }),
    ];
  }),
  "broad-write": ofSettings((auditInputs) =>
    itemsAt(auditInputs, ["sandbox", "filesystem", "allowWrite"])
      .filter(({ node }) =>
        textsIn(node).some(
          (path) =>
            isBroadPlace(path) ||
            isCredentialPlace(path) ||
            /^(?:\/\/?)?\*{1,2}$|^\/(?:etc|usr|var|opt|bin|Library)(?:\/\*{0,2}|\/bin.*)?$|^(?:~|\$HOME)\/\.(?:bash|zsh|profile|config\/?$|config\/fish|local\/bin|gitconfig|claude)/.test(
              path,
            ),
        ),
      )
      .map((spot) =>
        spotFault(spot, "commands may write a home, a disk or what starts with the next shell", {
          fix: "name the one folder that is needed",
        }),
      ),
  ),
  "open-network": ofSettings((auditInputs) =>
    itemsAt(auditInputs, ["sandbox", "network", "allowedDomains"])
      .filter(({ node }) =>
        textsIn(node).some((host) =>
          /^\*+(?:\.\*)?$|^\*\.(?:com|org|net|io|dev|app|co|ai|cloud)$/.test(host),
        ),
      )
      .map((spot) =>
        spotFault(spot, "every host may be reached", {
          fix: "name the hosts, such as `api.example.com`",
        }),
      ),
  ),
  "open-sockets": ofSettings((auditInputs) => [
    ...spotsAt(auditInputs, ["sandbox", "network", "allowAllUnixSockets"])
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) =>
        spotFault(spot, "all sockets are open, those of engines and key agents too", {
          fix: "take it out",
        }),
      ),
    ...itemsAt(auditInputs, ["sandbox", "network", "allowUnixSockets"])
      .filter(({ node }) =>
        textsIn(node).some(
          (path) =>
            SOCKET.test(path) ||
            /ssh|agent|gpg|gnupg|SSH_AUTH_SOCK|dbus|keyring|1password|\*/i.test(path),
        ),
      )
      .map((spot) =>
        spotFault(spot, "over this socket a command leaves the sandbox or uses keys", {
          fix: "take it out",
        }),
      ),
  ]),
  "filesystem-off": trueKey(
    ["sandbox", "filesystem", "disabled"],
    "files are not held by the sandbox",
  ),
};

function trueKey(path: readonly string[], message: string): Look {
  return ofSettings((auditInputs) =>
    spotsAt(auditInputs, path)
      .filter(({ node }) => scalarOf(node) === true)
      .map((spot) => spotFault(spot, message, { fix: "take the key out" })),
  );
}
