// What the demo's GitOps repository holds: Compose files of an ordinary homelab, marked, with the comments people write.

const ai = `# What runs on the big box
services:
  ollama:
    image: ollama/ollama:0.14.2 # {"magos": {"policy": "semver", "range": ">=0.1.0"}}
    restart: unless-stopped
    volumes: [ "models:/root/.ollama" ]   # big
  immich-ml:
    image: "ghcr.io/immich-app/immich-machine-learning:v2.4.1-cuda" # {"magos": {"policy": "semver", "range": ">=1.0.0"}}

volumes:
  models:
`;

const home = `services:
  homepage:
    image: ghcr.io/gethomepage/homepage:v1.9.0 # {"magos": {"policy": "semver", "arch": ["amd64", "arm64"]}}
    environment: { PUID: '1000', TZ: Europe/Rome }
  radarr:
    image: ghcr.io/hotio/radarr:release-6.0.4.10291 # {"magos": {"policy": "semver"}}
  tika:
    image: apache/tika:3.2.3.0 # {"magos": {"policy": "semver", "range": ">=3.0.0"}}
  minio:
    image: minio/minio:RELEASE.2025-09-07T16-13-09Z # {"magos": {"policy": "semver"}}
  obico:
    image: ghcr.io/gabe565/obico/web:release # {"magos": {"policy": "latest"}}
  shell:
    image: busybox:1.37 # {"magos": {"policy": "semver", "range": ">=1.30"}}
  database:
    image: ghcr.io/immich-app/postgres:14-vectorchord0.4.3   # no marker: magos leaves it alone
`;

/** The files by name. */
export const demoFiles: Readonly<Record<string, string>> = {
  "stacks/ai/compose.yaml": ai,
  "stacks/home/compose.yaml": home,
  "README.md": "# My homelab\n",
};
