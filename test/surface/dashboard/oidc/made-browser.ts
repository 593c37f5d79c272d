// Goes from address to address as a browser does: cookies by host and path, redirects one by one.

const HOPS_MAX = 16;

export type MadeBrowser = {
  /** Goes there and on; ends at an answer that sends nowhere. */
  go(address: string, options?: { readonly until?: string }): Promise<Landed>;
  /** Every address that it was at. */
  readonly seen: string[];
  readonly cookies: Map<string, { readonly value: string; readonly path: string }>;
};
export type Landed = { readonly url: URL; readonly status: number };

export function openMadeBrowser(): MadeBrowser {
  const cookies: MadeBrowser["cookies"] = new Map();
  const seen: string[] = [];
  return {
    cookies,
    seen,
    async go(address, { until } = {}) {
      let url = new URL(address);
      for (let hop = 0; hop < HOPS_MAX; hop += 1) {
        seen.push(url.href);
        if (until !== undefined && url.pathname === until) return { url, status: 0 };
        const cookie = [...cookies]
          .filter(([, { path }]) => url.pathname.startsWith(path))
          .map(([name, { value }]) => `${name}=${value}`)
          .join("; ");
        const response = await fetch(url, {
          headers: { ...(cookie === "" ? {} : { cookie }), "sec-fetch-mode": "navigate" },
          redirect: "manual",
        });
        for (const text of response.headers.getSetCookie()) keep(cookies, text);
        await response.arrayBuffer();
        const location = response.headers.get("location");
        if (location === null) return { url, status: response.status };
        url = new URL(location, url);
      }
      throw new Error("the browser was sent round in circles");
    },
  };
}

function keep(cookies: MadeBrowser["cookies"], text: string): void {
  const [pair = "", ...rest] = text.split(";").map((part) => part.trim());
  const [name = "", value = ""] = pair.split("=", 2);
  const path = rest.find((part) => /^path=/i.test(part))?.slice(5) ?? "/";
  const isGone = rest.some((part) => /^(?:max-age=0|expires=Thu, 01 Jan 1970.*)$/i.test(part));
  if (isGone || value === "") cookies.delete(name);
  else cookies.set(name, { value, path });
}
