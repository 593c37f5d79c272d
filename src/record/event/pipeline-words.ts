// Words for what a call brings into the files by which a pipeline runs: what whoever reads the record looks for, and nothing of the text.
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";

/** Files that a service of pipelines reads from a repository, by the end of their paths. */
const PIPELINE_FILE =
  /(?:^|\/)(?:\.github\/(?:workflows\/[^/]+\.ya?ml|actions\/.+)|\.gitlab-ci\.yml|\.gitlab\/ci\/.+|\.circleci\/config\.yml|Jenkinsfile|azure-pipelines\.yml|bitbucket-pipelines\.yml|\.buildkite\/.+|\.woodpecker(?:\.yml|\/.+)|\.drone\.yml|\.travis\.yml|cloudbuild\.yaml)$/;
const TEXT_CHARS_MAX = 64 * 1024;

/** What a pipeline is made to do, or to be begun by. */
const WORDS: readonly (readonly [word: string, is: RegExp])[] = [
  [
    "fetched-code",
    /\b(?:curl|wget)\b[^\n|;]{0,300}\|\s*(?:sudo\s+)?(?:ba|z)?sh\b|<\(\s*(?:curl|wget)\b|\b(?:iwr|irm)\b[^\n|]{0,200}\|\s*iex\b/i,
  ],
  ["all-secrets", /toJSON\(\s*secrets\s*\)|secrets:\s*inherit/i],
  [
    "environment",
    /(?:^|[\s"'$(;|])(?:env|printenv|export -p)\s*(?:\||>|\))|\/proc\/self\/environ/m,
  ],
  ["foreign-trigger", /\b(?:pull_request_target|issue_comment|workflow_run|repository_dispatch)\b/],
  [
    "foreign-text",
    /\$\{\{\s*github\.(?:event\.(?:issue|pull_request|comment|review|discussion)\.(?:title|body|head\.ref)|head_ref)/,
  ],
  ["more-rights", /permissions:\s*write-all|id-token:\s*write/],
  ["own-runner", /runs-on:\s*\[?\s*self-hosted/],
  [
    "secret-sent",
    /(?:curl|wget|nc|dig|nslookup)\b[^\n]{0,300}\$\{\{\s*secrets\.|\$\{\{\s*secrets\.[^\n]{0,300}\|\s*(?:curl|nc|base64)\b/,
  ],
];

/** Undefined for a call that changes no such file; else the words of what it brings, none for ordinary changes. Total, bounded. */
export function pipelineWords(
  { input }: Pick<ToolCall, "input">,
  effects: readonly Effect[],
): readonly string[] | undefined {
  const isChange = effects.some(
    (effect) =>
      (effect.kind === "write" || effect.kind === "delete") &&
      effect.target.kind === "path" &&
      !(effect.kind === "write" && effect.mode === "tracked") &&
      isPipelineFile(effect.target.path),
  );
  if (!isChange) return undefined;
  const text = textOf(input).slice(0, TEXT_CHARS_MAX);
  return WORDS.flatMap(([word, is]) => (is.test(text) ? [word] : []));
}

/** Whether a service of pipelines reads the file. */
export function isPipelineFile(path: string): boolean {
  return PIPELINE_FILE.test(path);
}

function textOf(input: ToolCall["input"]): string {
  if (input.kind === "bash") return input.command;
  if (input.kind === "write") return input.content;
  return input.kind === "edit" ? input.newText : "";
}
