/** What `notif-lab init` writes; docs/scenarios.md explains the fields. */
export const EXAMPLE_SCENARIO = `# A scenario of your own: who connects, who publishes what and when, and what befalls them.
# Run it with: notif-lab bench --scenario-file my-scenario.yaml
# Every transport gets the same plan; --seed decides the random moments, so that a run can be repeated.

scenario: my-scenario
summary: one newsroom, a crowd of readers, and editors who write to one another

# Users by group. "own" is a user's own channel, for direct messages; the rest are topics.
groups:
  - name: newsroom
    users: 1
    follows: [own] # where read receipts come
    marksRead: false
  - name: reader
    users: 50
    follows: [topic/news]
    marksRead: false
  - name: editor
    users: 10
    follows: [own, topic/news]
    marksRead: true # a read receipt travels back to the sender
    # via: direct   # past the link and its faults, where there are any

# Who publishes, where to, how often, how much. Arrivals: poisson, constant, or { burstOf: 20 }.
traffic:
  - from: newsroom
    to: { topic: topic/news }
    arrivals: constant
    ratePerSecond: 10
    payloadCharacters: 256
  - from: editor
    to: { randomUserOf: editor }
    arrivals: poisson
    ratePerSecond: 20
    payloadCharacters: 80

phases:
  connectsPerSecond: 500
  warmupMs: 1000
  settleMs: 250
  measureMs: 5000
  drainTimeoutMs: 5000

# Between clients and server: one way each, in milliseconds. Leave out for none.
# link: { delayMs: 50, jitterMs: 5, bytesPerSecond: 125000 }
# One pipe that all clients share, of 10 Mbit/s (root on Linux): link: { sharedBytesPerSecond: 1250000 }

# What goes wrong, in milliseconds of the measured time:
# link-cut (connections: kept or reset), link-stall, link-reset, server-restart, server-pause.
# faults:
#   - { kind: link-cut, atMs: 1000, forMs: 2000, connections: reset }

# Notifications that the server keeps for those who come back; 0 keeps none.
# replayWindow: 1000
`;
