// Checks of paths in rules: tools that take none, anchors that lead elsewhere, patterns that reach less than people think.
import type { CheckRemark, FormSubject } from "./rule-remark.ts";

/** Directories at the root of a disk: a path that begins with one was meant to be absolute. */
const ROOT_NAMES =
  /^\/(?:home|Users|etc|var|tmp|private|root|opt|usr|mnt|media|srv|proc|dev|sys|run|boot|Library|Volumes|[A-Za-z]:)(?:\/|$)/;
/** What lies in a home directory and not in projects. */
const HOME_PLACES =
  /(?:^|\/)(\.ssh|\.aws|\.azure|\.gcp|\.gnupg|\.kube|id_rsa|id_ed25519)(?=\/|\*|$)/;

/** What is wrong with a rule about paths. `coveredBy`: the tool whose rule covers this one's, where this one takes none. */
export function pathFormRemarks(
  { tool, subject, list }: FormSubject,
  coveredBy: string | undefined,
): readonly CheckRemark[] {
  if (subject === undefined) return [];
  if (coveredBy !== undefined) {
    return [
      {
        id: "rule/path-of-wrong-tool",
        message: `\`${tool}(path)\` matches nothing: only \`${coveredBy}(path)\` rules are asked about files`,
        fix: `write \`${coveredBy}(${subject})\``,
      },
    ];
  }
  const broken = brokenPath(tool, subject);
  return broken === undefined ? reachRemarks(tool, subject, list) : [broken];
}

function brokenPath(tool: string, path: string): CheckRemark | undefined {
  if (path.endsWith(":*") || path.includes(":*")) {
    return {
      id: "rule/path-prefix",
      message: "`:*` is for commands: the client drops a path with it",
      fix: `write \`${tool}(${path.replaceAll(":*", "/**")})\``,
    };
  }
  if (path !== path.trim()) {
    const message = "spaces around a path belong to it: it matches nothing";
    return { id: "rule/spaces", message, fix: `write \`${tool}(${path.trim()})\`` };
  }
  if (/^(?:\.\/)?!/.test(path)) {
    return {
      id: "rule/negation",
      message: "a path that begins with `!` matches nothing: rules have no exceptions",
      fix: "name what is meant, and leave the exception out of the pattern",
    };
  }
  if (ROOT_NAMES.test(path)) {
    return {
      id: "rule/absolute-path",
      message: "one slash is the directory of the settings file, so this is no absolute path",
      fix: `write \`${tool}(/${path})\``,
    };
  }
  return textFormRemark(tool, path);
}

/** Forms of other notations in a path, which holds globs as gitignore does. */
function textFormRemark(tool: string, path: string): CheckRemark | undefined {
  if (/[\w*/)]\|[\w*./(~]/.test(path) && !/[()\\]/.test(path)) {
    const rules = path.split("|").map((part) => `\`${tool}(${part})\``);
    const message = "a bar is no alternative in a rule: this one matches nothing";
    return { id: "rule/alternation", message, fix: `write ${rules.join(" and ")}` };
  }
  if (
    !/^[A-Za-z]:|^\\|\\\w+\\/.test(path) &&
    /\\[.dwsb/]|^\^|\$$|\.\+|^\.\*.*\.\*$|\([^)]*\|[^)]*\)|\(\?[:=!i]|\[\^[^\]]*\][*+]/.test(path)
  ) {
    return {
      id: "rule/regular-expression",
      message: "paths in rules are patterns as in gitignore and no regular expressions",
      fix: `write a pattern such as \`${tool}(//**/*.pem)\``,
    };
  }
  return undefined;
}

function reachRemarks(tool: string, path: string, list: string): readonly CheckRemark[] {
  if (list === "allow") return [];
  const remarks: CheckRemark[] = [];
  const home = HOME_PLACES.exec(path)?.[1];
  if (home !== undefined && !/^(?:~|\/\/)/.test(path)) {
    const place = home.startsWith("id_") ? "~/.ssh/**" : `~/${home}/**`;
    remarks.push({
      id: "rule/project-only",
      message: `the pattern holds inside the project only, and \`${home}\` lies in the home directory`,
      fix: `add \`${tool}(${place})\``,
    });
  }
  if (/(?:^|\/)\.env(?:\.\*|\*)$/.test(path)) {
    remarks.push({
      id: "rule/takes-example-too",
      message: "this takes `.env.example` too, and no allow can give it back",
      fix: "name the files that hold secrets, such as `.env.local` and `.env.production`",
    });
  }
  if (tool === "Read" && list === "deny") {
    remarks.push({
      id: "rule/bash-reads",
      message: "commands read such a file in many ways that this rule does not see",
      fix: "add the path to `sandbox.filesystem.denyRead`, or let sallyport judge commands",
    });
  }
  return remarks;
}

/** Whether a path is one that rules are written for because of secrets in it. */
export function isSecretPlace(path: string): boolean {
  return /\.env|secret|credential|password|token|\.pem|\.key|\.p12|\.pfx|\.jks|keystore|id_rsa|id_ed25519|\.ssh|\.aws|\.azure|\.gcp|gcloud|\.gnupg|serviceaccount|\.git\/config/i.test(
    path,
  );
}
