// Which names and addresses lead where, in all their spellings.
import assert from "node:assert/strict";
import { type HostReach, reachOfHost } from "../../../../src/core/model/host_reach.ts";

const cases: Readonly<Record<HostReach, readonly string[]>> = {
  loopback: [
    "127.0.0.1",
    "127.255.0.3",
    "localhost",
    "LOCALHOST.",
    "a.localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
  ],
  "link-local": [
    "169.254.169.254",
    "[fe80::1]",
    "[febf::1]",
    "[fd00:ec2::254]",
    "[::ffff:169.254.169.254]",
    "0xa9fea9fe",
  ],
  private: [
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.9",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[::]",
    "[ff02::1]",
    "[64:ff9b::a00:1]",
    "nas",
    "nas.lan",
    "git.home.arpa",
    "x.local",
    "metadata.google.internal",
    "192.0.0.170",
    "198.18.0.1",
  ],
  public: [
    "ghcr.io",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "[2606:4700::1111]",
    "[::ffff:8.8.8.8]",
    "lan.example.com",
  ],
};

for (const [reach, hosts] of Object.entries(cases)) {
  for (const host of hosts) {
    Deno.test(`reachOfHost() says ${reach} for ${host}`, () => {
      // As in the program: the URL parser brings the many spellings of an address to one.
      const { hostname } = new URL(`https://${host}`);
      assert.equal(reachOfHost(hostname), reach);
    });
  }
}
