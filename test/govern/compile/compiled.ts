// Compilations for tests: a pack for a target, with the parameters of a site.
import { type Compiled, compilePolicy } from "#govern/compile/compile.ts";
import { parseSite, type Site } from "#govern/compile/site.ts";
import type { Target } from "#govern/compile/target.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";

const catalogue = loadCatalogue();

/** A site with hooks, a service and lists. */
export const SITE_TEXT = `organization: Größe & <Co> "x"
identifier: com.example
hooks:
  transport: command
  program: /opt/sallyport/bin/sallyport-hook
  project: 3f1c0a9b7d2e4856
  data: /var/lib/sallyport
  home: /home/agent
service:
  program: /opt/sally port/bin/sally%port
mcp: { allowed: [{ url: "https://mcp.example.com/x" }, { command: [npx, srv] }], denied: [{ command: [bad] }] }
marketplaces: { known: [{ source: github, repo: example/plugins }], blocked: [] }
`;

/** Parameters from text. */
export function siteOf(text: string): Site {
  return parseSite(text, "site.yaml");
}

/** Compiles a policy, `team` unless another is given. */
export function compiledFor(
  target: Target,
  site: Site,
  policy: Policy = loadPack("team"),
): Compiled {
  return compilePolicy(policy, { target, site, catalogue });
}

/** Compiles a policy that ships, or that a file holds, as `policy compile` does. */
export function compiledAs(named: string, target: Target, site: Site): Compiled {
  const { policy, whole } = namedPolicy(named);
  return compilePolicy(policy, { target, site, catalogue, client: whole.client });
}

/** The text of one file of a compilation. */
export function textOf({ files }: Compiled, name: string): string {
  const file = files.find((one) => one.name === name);
  if (file === undefined)
    throw new Error(`there is no ${name} among ${files.map((one) => one.name).join(", ")}`);
  return file.text;
}
