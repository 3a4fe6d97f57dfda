/**
 * Stands in for undici in the built programs: the client and its connector, without the fetch, the web sockets and the cache,
 * which take 30 ms to load. These modules are private to undici; a test holds them against the public ones.
 */
export { default as buildConnector } from 'undici/lib/core/connect.js'
export { default as Client } from 'undici/lib/dispatcher/client.js'
