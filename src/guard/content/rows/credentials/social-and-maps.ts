// Credentials of social networks, of media and of maps. Made of data/detectors/credentials/social-and-maps.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const socialAndMaps = detectorsOf([
  { kind: "issued", id: "facebook-access-token", title: "an access token of Facebook", keywords: ["eaa"], form: "EAA[A-Za-z0-9]{90,400}", longest: 403 },
  { kind: "named", id: "facebook-app-secret", title: "an app secret of Facebook", keywords: ["facebook", "fb_app", "fb_secret"], form: "[a-f0-9]{32}", longest: 32 },
  { kind: "issued", id: "instagram-access-token", title: "an access token of Instagram", keywords: ["igq", "igaa"], form: "IG(?:QV|QW|AA)[A-Za-z0-9_-]{100,300}", longest: 304 },
  { kind: "issued", id: "threads-access-token", title: "an access token of Threads", keywords: ["thaa"], form: "THAA[A-Za-z0-9]{90,300}", longest: 304 },
  { kind: "issued", id: "twitter-bearer-token", title: "a bearer token of X", keywords: ["aaaaaaaaaaaaaaaaaaaaa"], form: "A{21}[A-Za-z0-9]{5,11}%[A-Za-z0-9%]{40,90}", longest: 123, anyBody: true, keepsPlaceholders: true },
  { kind: "named", id: "twitter-access-token", title: "an access token of X", keywords: ["twitter"], form: "[0-9]{15,20}-[A-Za-z0-9]{40}", longest: 61 },
  { kind: "named", id: "twitter-consumer-secret", title: "a consumer or access token secret of X", keywords: ["twitter"], form: "[A-Za-z0-9]{50}|[A-Za-z0-9]{45}", longest: 50 },
  { kind: "issued", id: "linkedin-client-secret", title: "a client secret of LinkedIn", keywords: ["wpl_ap1."], form: "WPL_AP1\\.[A-Za-z0-9]{16}\\.[A-Za-z0-9+/]{4,8}={0,2}", longest: 35 },
  { kind: "named", id: "linkedin-legacy-secret", title: "a client secret of LinkedIn in its older form", keywords: ["linkedin"], form: "[A-Za-z0-9]{16}", longest: 16 },
  { kind: "issued", id: "mapbox-secret-token", title: "a secret token of Mapbox", keywords: ["sk.eyj1"], form: "sk\\.eyJ1[A-Za-z0-9_-]{40,200}\\.[A-Za-z0-9_-]{22}", longest: 230 },
  { kind: "issued", id: "mapbox-temporary-token", title: "a temporary token of Mapbox", keywords: ["tk.eyj1"], form: "tk\\.eyJ1[A-Za-z0-9_-]{40,300}\\.[A-Za-z0-9_-]{22}", longest: 330 },
  { kind: "named", id: "here-api-key", title: "an API key of HERE", keywords: ["here_api", "here_key", "heremaps", "here_access"], form: "[A-Za-z0-9_-]{43}", longest: 43 },
  { kind: "issued", id: "arcgis-api-key", title: "an API key of ArcGIS", keywords: ["aapk", "aapt"], form: "AAP[KT][A-Za-z0-9_.-]{60,300}", longest: 304 },
  { kind: "issued", id: "twitch-oauth-token", title: "an OAuth token of Twitch", keywords: ["oauth:"], form: "oauth:[a-z0-9]{30}", longest: 36 },
  { kind: "named", id: "twitch-client-secret", title: "a client secret of Twitch", keywords: ["twitch"], form: "[a-z0-9]{30}", longest: 30 },
  { kind: "named", id: "spotify-client-secret", title: "a client secret of Spotify", keywords: ["spotify"], form: "[a-f0-9]{32}", longest: 32 },
  { kind: "named", id: "reddit-client-secret", title: "a client secret of Reddit", keywords: ["reddit"], form: "[A-Za-z0-9_-]{27,30}", longest: 30 },
  { kind: "issued", id: "pinterest-access-token", title: "an access token of Pinterest", keywords: ["pina_"], form: "pina_[A-Z0-9]{60,120}", longest: 125 },
  { kind: "named", id: "strava-client-secret", title: "a client secret of Strava", keywords: ["strava"], form: "[a-f0-9]{40}", longest: 40 },
  { kind: "issued", id: "tiktok-access-token", title: "an access token of TikTok", keywords: ["act."], form: "act\\.[A-Za-z0-9]{60,90}(?:![0-9]{1,5}\\.[a-z0-9]{2,4})?", longest: 105 },
  { kind: "named", id: "bluesky-app-password", title: "an app password of Bluesky", keywords: ["bluesky", "bsky"], form: "[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}", longest: 19, anyBody: true },
  { kind: "named", id: "flickr-api-secret", title: "an API secret of Flickr", keywords: ["flickr"], form: "[a-f0-9]{16}", longest: 16 },
  { kind: "named", id: "yelp-api-key", title: "an API key of Yelp", keywords: ["yelp"], form: "[A-Za-z0-9_-]{128}", longest: 128 },
  { kind: "named", id: "unsplash-access-key", title: "an access or secret key of Unsplash", keywords: ["unsplash"], form: "[A-Za-z0-9_-]{43}", longest: 43 },
]);
