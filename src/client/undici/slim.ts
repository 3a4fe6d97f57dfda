/**
 * Replaces undici in the built programs: the client and its connector without fetch, WebSocket and cache, which take 30 ms to load.
 * These modules are private to undici; a test compares them with the public exports.
 */
export { default as buildConnector } from 'undici/lib/core/connect.js'
export { default as Client } from 'undici/lib/dispatcher/client.js'
