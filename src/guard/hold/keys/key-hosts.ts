// Hosts of issuers: where a key of theirs is shown, and in which headers they read it.

/** Where a key belongs. Header names in lower case. */
export type KeyHosts = { readonly hosts: readonly string[]; readonly headers: readonly string[] };

/** Read beside `Authorization`, by what the issuers' own pages on their interfaces say. */
const OWN_HEADERS: Readonly<Record<string, readonly string[]>> = {
  "api.anthropic.com": ["x-api-key"],
  "api.brevo.com": ["api-key"],
  "api.figma.com": ["x-figma-token"],
  "api.newrelic.com": ["api-key"],
  "api.getpostman.com": ["x-api-key"],
};

const ANTHROPIC = ["api.anthropic.com"];
const GITHUB = ["api.github.com", "uploads.github.com"];
const OPENAI = ["api.openai.com"];
const SLACK = ["slack.com"];
const STRIPE = ["api.stripe.com", "files.stripe.com"];
const CLOUDFLARE = ["api.cloudflare.com"];

/**
 * Hosts by kinds of keys, as detectors name them. WHY only kinds that are known by their form: a name says what somebody means, and the form
 * whose it is. WHY none of programs that people run themselves (GitLab, Sentry, Grafana): such a key belongs to a host that it does not name.
 */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  "airtable-personal-token": ["api.airtable.com"],
  "anthropic-admin-key": ANTHROPIC,
  "anthropic-api-key": ANTHROPIC,
  "anthropic-oauth-token": ANTHROPIC,
  "asana-personal-token": ["app.asana.com"],
  "brevo-api-key": ["api.brevo.com"],
  "buildkite-user-token": ["api.buildkite.com", "graphql.buildkite.com"],
  "cerebras-api-key": ["api.cerebras.ai"],
  "clickup-personal-token": ["api.clickup.com"],
  "cloudflare-account-token": CLOUDFLARE,
  "cloudflare-user-token": CLOUDFLARE,
  "digitalocean-personal-token": ["api.digitalocean.com"],
  "discord-bot-token": ["discord.com"],
  "figma-personal-token": ["api.figma.com"],
  "fireworks-api-key": ["api.fireworks.ai"],
  "flutterwave-secret-key": ["api.flutterwave.com"],
  "github-fine-grained-token": GITHUB,
  "github-installation-token": GITHUB,
  "github-oauth-token": GITHUB,
  "github-personal-access-token": GITHUB,
  "github-user-to-server-token": GITHUB,
  "groq-api-key": ["api.groq.com"],
  "heroku-api-key": ["api.heroku.com"],
  "hubspot-private-app-token": ["api.hubapi.com"],
  "hugging-face-token": ["huggingface.co", "router.huggingface.co"],
  "linear-api-key": ["api.linear.app"],
  "mailersend-api-token": ["api.mailersend.com"],
  "new-relic-user-key": ["api.newrelic.com"],
  "notion-integration-token": ["api.notion.com"],
  "openai-admin-key": OPENAI,
  "openai-api-key": OPENAI,
  "openai-project-key": OPENAI,
  "openai-service-account-key": OPENAI,
  "openrouter-api-key": ["openrouter.ai"],
  "paystack-secret-key": ["api.paystack.co"],
  "perplexity-api-key": ["api.perplexity.ai"],
  "postman-api-key": ["api.getpostman.com"],
  "pulumi-access-token": ["api.pulumi.com"],
  "render-api-key": ["api.render.com"],
  "replicate-api-token": ["api.replicate.com"],
  "resend-api-key": ["api.resend.com"],
  "sendgrid-api-key": ["api.sendgrid.com"],
  "slack-app-token": SLACK,
  "slack-bot-token": SLACK,
  "slack-user-token": SLACK,
  "square-access-token": ["connect.squareup.com"],
  "stripe-restricted-key": STRIPE,
  "stripe-secret-key": STRIPE,
  "stripe-test-secret-key": STRIPE,
  "supabase-access-token": ["api.supabase.com"],
  "tailscale-api-token": ["api.tailscale.com"],
  "voyage-api-key": ["api.voyageai.com"],
  "xai-api-key": ["api.x.ai"],
};

/** Kinds of keys that belong somewhere. */
export const OWNED_KINDS: readonly string[] = Object.keys(HOSTS);

/** Where keys of a kind belong; undefined for one of which that is not known. */
export function hostsOfKind(detector: string): KeyHosts | undefined {
  const hosts = Object.hasOwn(HOSTS, detector) ? HOSTS[detector] : undefined;
  return hosts && { hosts, headers: ["authorization", ...hosts.flatMap(ownHeaders)] };
}

function ownHeaders(host: string): readonly string[] {
  return OWN_HEADERS[host] ?? [];
}
