// Checks of the list that a rule stands in: allow is for what is narrow and harmless, ask and deny are for the rest.
import type { CheckRemark, FormSubject } from "./rule-remark.ts";
import { isSecretPlace } from "./path-forms.ts";
import { type WorstCommand, worstCommand } from "./worst-command.ts";

/** Programs that run whatever they are given. */
const RUNS_ANYTHING =
  /^(?:bash|sh|zsh|dash|ksh|fish|eval|exec|env|xargs|sudo|su|doas|node|nodejs|deno|bun|python[\d.]*|perl|ruby|php|lua|pwsh|powershell|osascript|npx|bunx|uvx|pnpx|awk|gawk|find|ssh|docker|podman|kubectl exec|nohup|timeout|time|watch|parallel|script|vim?|emacs)\b/;
/** Programs that run code of the project. */
const RUNS_PROJECT =
  /^(?:npm(?: run| test| exec)?|pnpm(?: run| test)?|yarn(?: run| test)?|make|just|task|gradle|\.\/gradlew|mvn|cargo(?: run| test| build)?|go (?:run|test|generate)|pytest|tox|nox|rake|bundle|composer|dotnet)\b/;
const READS_FILES =
  /^(?:cat|head|tail|less|more|grep|egrep|rg|ag|sed|strings|base64|xxd|od|diff|sort|uniq|nl|tac|jq|yq|cut|paste|git (?:diff|show|log|grep))\b/;
/** Commands that people are asked about, or that never run. */
const PRIVILEGED =
  /^(?:rm|dd|mkfs|shutdown|reboot|chmod|chown|curl|wget|nc|ncat|netcat|scp|sftp|rsync|ftp|telnet|git (?:push|reset|clean|rebase|checkout --)|npm (?:publish|install|i)\b|pnpm (?:publish|install)|yarn (?:publish|add)|pip3? install|poetry add|gh release|terraform|pulumi|kubectl|helm|aws|gcloud|az)\b/;
const HARMLESS =
  /^(?:git (?:status|diff|log|show|branch)|npm run (?:lint|test|build)|npm test|ls|pwd|whoami|date|echo|wc)$/;

/** What is to be said of a rule because of its list. */
export function listRemarks(form: FormSubject): readonly CheckRemark[] {
  switch (form.list) {
    case "allow":
      return allowRemarks(form);
    case "ask":
      return askRemarks(form);
    case "deny":
      return [];
    default:
      return form.list satisfies never;
  }
}

function allowRemarks({ tool, subject }: FormSubject): readonly CheckRemark[] {
  if (tool === "Bash" || tool === "PowerShell") return commandRemarks(tool, subject);
  if (tool === "WebFetch" && (subject === undefined || subject === "domain:*")) {
    return [
      {
        id: "allow/unscoped-fetch",
        message: "every address may be fetched, and what stands in one leaves",
        fix: "write `WebFetch(domain:host)` for the hosts that are needed",
      },
    ];
  }
  if (tool === "Read" && /^(?:\.?\/|~\/|\/\/)?\*\*?$/.test(subject ?? "**")) {
    return [
      {
        id: "allow/reads-files",
        message: "every file there is read, secrets among them",
        fix: "take it out: inside the project reading needs no rule; deny the places of secrets",
      },
    ];
  }
  const isPath = tool === "Read" || tool === "Edit";
  if (
    isPath &&
    subject !== undefined &&
    isSecretPlace(subject) &&
    !/example|sample/.test(subject)
  ) {
    return [
      {
        id: "allow/secret",
        message: "an allow of a place where secrets are",
        fix: `take it out, or write \`${tool}\` rules for what is needed there`,
      },
    ];
  }
  return [];
}

function commandRemarks(tool: string, subject: string | undefined): readonly CheckRemark[] {
  const worst = tool === "Bash" ? worstCommand(subject) : undefined;
  const say = (id: CheckRemark["id"], message: string, fix: string): readonly CheckRemark[] => [
    { id, message: worst === undefined ? message : `${message}: ${inWords(worst)}`, fix },
  ];
  if (subject === undefined || /^\*+$/.test(subject))
    return say(
      "allow/runs-anything",
      "every command is allowed",
      "name the commands that are needed",
    );
  const isOpen = subject.includes("*");
  const words = subject.replace(/(?::\*|\s\*)$/, "");
  if (subject.startsWith("*")) {
    return say(
      "allow/leading-wildcard",
      "a rule that begins with a wildcard allows any program that ends so",
      `write \`${tool}(program${subject.slice(1)})\` for each program`,
    );
  }
  if (isOpen && RUNS_ANYTHING.test(words)) {
    return say(
      "allow/runs-anything",
      `\`${words}\` runs whatever it is given`,
      "write the exact command, or leave it to a question",
    );
  }
  if (PRIVILEGED.test(words)) {
    return say(
      "allow/privileged",
      `\`${words}\` changes or sends what cannot be taken back`,
      "put it under `ask` or `deny`",
    );
  }
  if (words.includes("*") && !words.startsWith("*")) {
    return say(
      "allow/inner-wildcard",
      "a wildcard among the words takes options too, and options run commands",
      "put the exact words there, and a wildcard at the end only",
    );
  }
  if (isOpen && RUNS_PROJECT.test(words)) {
    const all = /^(?:npm|pnpm|yarn)(?: run)?$/.test(words);
    const message = `\`${words}\` runs code of the project${all ? ", whatever script is named" : ""}`;
    return say(
      "allow/runs-project-code",
      message,
      "name the scripts, and hold them by the sandbox",
    );
  }
  if (isOpen && READS_FILES.test(words)) {
    return say(
      "allow/reads-files",
      `\`${words}\` reads any file, secrets among them`,
      "leave it out: the client needs no rule for reading inside the project",
    );
  }
  if (
    isOpen &&
    /^git (?:add|branch|checkout|switch|commit|stash|merge|tag|restore)\b/.test(words)
  ) {
    return say(
      "allow/any-option",
      `every option of \`${words}\` is allowed, those that force or throw away among them`,
      "write the exact forms that are needed",
    );
  }
  return worst === undefined
    ? []
    : say(
        "allow/any-option",
        `\`${words}\` with anything behind it does more than it says`,
        "write the exact forms that are needed",
      );
}

/** The worst command that a rule lets through, for the end of a sentence. */
export function inWords({ command, does }: WorstCommand): string {
  return `it lets \`${command}\` through, which ${does}`;
}

function askRemarks({ tool, subject }: FormSubject): readonly CheckRemark[] {
  const words = subject?.replace(/(?::\*|\s\*)$/, "") ?? "";
  if (tool !== "Bash" || !HARMLESS.test(words)) return [];
  return [
    {
      id: "ask/harmless",
      message: `\`${words}\` does no harm: people learn to say yes without reading`,
      fix: "put it under `allow`",
    },
  ];
}
