// tflint, tfsec, checkov and other programs that look for faults in descriptions of infrastructure.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { sourcesBelow } from "../paths/source-trees.ts";
import { effect, egress, namedFiles } from "../model/verbs.ts";

/** Kinds of files that they read below a directory. */
const KINDS = [
  "*.tf",
  "*.tfvars",
  "*.tf.json",
  "*.hcl",
  "*.yaml",
  "*.yml",
  "*.json",
  "Dockerfile*",
  "*.rego",
];

export const tflint: CommandModel = command({
  names: [
    "tflint",
    "tfsec",
    "checkov",
    "terrascan",
    "kics",
    "terraform-docs",
    "kubeconform",
    "kubeval",
    "kube-score",
    "kube-linter",
    "pluto",
    "polaris",
    "conftest",
    "opa",
    "infracost",
    "driftctl",
  ],
  options: {
    about: flags("-v -V --version --help"),
    directory: taking("-d --directory --chdir --iac-dir --path -p --policy --data -b --bundle"),
    input: role(
      "input",
      taking(
        "-f --file -c --config --config-file --var-file --terraform-var-file --tfvars-file --iac-file --schema-location --skip-path --baseline --repo-root-for-plan-enrichment",
      ),
    ),
    output: role(
      "output tree",
      taking(
        "--output-file --output-file-path --out --out-file --create-baseline-file --results-dir",
      ),
    ),
    runs: taking(
      "--external-checks-dir --external-checks-git --custom-check-dir --custom-check-url --rego-policy-dir --plugin-dir",
    ),
    fetches: flags("--init --download-external-modules --update"),
    changes: flags("--fix"),
    named: taking(
      "--enable-rule --disable-rule --only --filter --minimum-failure-severity -o --output --format --framework --check --skip-check -s --severity -m --minimum-severity -e --exclude --call-module-type --max-workers --enable-plugin --var --external-modules-download-path --kubernetes-version -n --namespace --ignore --sort-by --skip --ignore-missing-schemas-file -t --type --bc-api-key --repo-id --branch --token --project-name --usage-file --compare-to --show --policy-type",
    ),
    style: maybeTaking(
      "--recursive --no-color --color --quiet --compact --soft-fail --no-module --module --force --langserver -l --list --verbose --strict --summary --ignore-missing-schemas --fail-on-warn --combine --all-namespaces --no-fail --fail --include-passed --concise-output --no-colour --exclude-downloaded-modules --sync-usage-file --no-cache --hide-rules --recursive-include-main --lockfile --lockfile-check",
    ),
  },
  effects: ({ name, args, operands, has, values }, context) => {
    if (has("about") && operands.length === 0) return [];
    const words = operands.map((word) => textOf(word));
    const isVerb =
      /^(?:test|verify|eval|check|fmt|parse|lint|validate|score|scan|breakdown|diff|detect-files|detect|markdown|json|yaml|static|pretty|asciidoc|toml|xml|tfvars|pull|push|run|bench|inspect|deps|build|exec|sign|audit|list|version|help|server|auth|login|configure|comment|output|upload|register)$/;
    const verb = isVerb.test(words[0] ?? "") ? words[0] : undefined;
    const roots = [
      ...values("directory"),
      ...(verb === undefined ? operands : operands.slice(1)),
    ].filter((word) => !isVerb.test(textOf(word) ?? ""));
    const places = roots.length > 0 ? roots : [literal(".")];
    const asks =
      name === "infracost" || /^(?:push|pull|login|auth|upload|register)$/.test(verb ?? "");
    return [
      ...namedFiles(args, context),
      ...places.flatMap((root) =>
        context.isFile(root) ? [reads(root)] : KINDS.map((kind) => reads(root, "tree", kind)),
      ),
      ...(has("changes") || (name === "opa" && verb === "fmt")
        ? places.flatMap((root) =>
            sourcesBelow(root, name === "opa" ? "rego" : "tf", context).map((path) => writes(path)),
          )
        : []),
      // Their rules are programs of the project, which may ask other hosts.
      ...(has("runs") || /^(?:checkov|opa|conftest|terrascan)$/.test(name) ? [runsFrom(name)] : []),
      ...(has("fetches")
        ? [effect<"install">({ kind: "install", manager: name, packages: [], runsScripts: true })]
        : []),
      ...(asks ? [egress(undefined)] : []),
      prints(madeOf([])),
    ];
  },
});
