// Bundles the parts of undici that or-stream uses into a separate file. It is loaded before the first request, and the proxy code only if
// a proxy is set.
module.exports = {
  undici: require('undici'),
  get 'undici/lib/api/api-connect.js'() {
    return require('undici/lib/api/api-connect.js')
  },
  get 'undici/lib/dispatcher/dispatcher.js'() {
    return require('undici/lib/dispatcher/dispatcher.js')
  },
  get 'undici/lib/dispatcher/env-http-proxy-agent.js'() {
    return require('undici/lib/dispatcher/env-http-proxy-agent.js')
  },
}
