package simulate

// SecondPolicy is the policy file of the firms that Second's timelines play at, in enforce mode: what an operator would
// declare of them. Of the shop, the parcels and the teams he declared little, and of the things nothing.
func SecondPolicy() string { return secondPolicy }

const secondPolicy = `picket: v1
mode: enforce
identity:
  fingerprint: {filter_state: picket.ja4}
endpoints:
  - {match: "POST /bank/v3/auth/sessions", purpose: login, account: customer_no}
  - {match: "POST /bank/v3/auth/tan", purpose: otp, account: customer_no}
  - {match: "POST /bank/v3/auth/push", purpose: otp, account: customer_no}
  - {match: "POST /bank/v3/auth/refresh", purpose: token}
  - match: "GET /bank/v3/accounts/{id}"
  - match: "GET /bank/v3/accounts/{id}/transactions"
  - {match: "POST /bank/v3/statements/search", object: [account]}
  - match: "GET /bank/v3/profile"
  - match: "PUT /bank/v3/profile/address"
  - {match: "POST /bank/v3/payouts", purpose: payment}
  - {match: "POST /bank/v3/transfers", purpose: payment}
  - match: "GET /bank/v3/rates"
  - {match: "GET /bank/v3/clients/{no}", purpose: admin}
  - {match: "GET /bank/v2/customers/{no}", purpose: old}
  - {match: "POST /shop/signin", purpose: login, account: email, failure: {statuses: [200]}}
  - {match: "POST /shop/forgot", purpose: reset, account: email}
  - {match: "POST /shop/signup", purpose: register, account: email}
  - {match: "POST /shop/api/checkout", purpose: payment}
  - {match: "GET /shop/api/coupons/{code}"}
  - {match: "POST /clinic/api/login", purpose: login, account: insurance_number, failure: {statuses: [400]}}
  - {match: "POST /clinic/api/forgot", purpose: reset, account: insurance_number}
  - {match: "GET /clinic/api/patients/{patient}", owner: patient}
  - {match: "GET /clinic/api/patients/{patient}/letters", owner: patient}
  - {match: "GET /clinic/api/doctors/{doctor}/slots"}
  - {match: "GET /clinic/api/rooms/{room}/days/{day}"}
  - {match: "GET /clinic/api/calendars/{secret}/feed"}
  - {match: "GET /clinic/api/insurance/{number}"}
  - match: "GET /clinic/api/appointments"
  - {match: "POST /track/v1/users/login", purpose: login, account: user, failure: {statuses: [422]}}
  - {match: "GET /track/v1/parcels/{id}"}
  - {match: "GET /track/v1/shipments/{id}"}
  - {match: "POST /login", purpose: login, account: login, failure: {field: {success: "false"}}}
  - {match: "POST /signup", purpose: register, account: login}
`

// SecondPolicyWhole is SecondPolicy with all other endpoints declared too, as from a specification; of version 0 of the
// parcels and of the things' open administration there is none.
func SecondPolicyWhole() string { return secondPolicy + secondRest }

const secondRest = `
  - match: "GET /healthz"
  - match: "HEAD /bank/v3/accounts/{id}"
  - match: "HEAD /bank/v3/rates"
  - match: "GET /shop/api/items"
  - match: "GET /shop/api/items/{item}"
  - match: "GET /shop/api/reviews/{item}"
  - match: "GET /shop/api/find"
  - match: "GET /shop/api/suggest"
  - match: "GET /shop/api/cart"
  - match: "POST /shop/api/cart"
  - match: "GET /shop/api/account"
  - match: "GET /shop/api/account/export"
  - match: "GET /shop/api/orders/{order}"
  - match: "POST /shop/api/giftcards/check"
  - match: "GET /shop/desk/customers/{customer}"
  - match: "POST /clinic/api/appointments"
  - match: "GET /clinic/api/news"
  - match: "HEAD /track/v1/parcels/{id}"
  - match: "POST /track/v1/shipments"
  - match: "GET /track/v1/labels"
  - match: "POST /track/v1/hooks/{hook}"
  - match: "GET /track/v1/depots"
  - match: "POST /track/v1/scans"
  - match: "GET /t/{tenant}/projects"
  - match: "GET /t/{tenant}/projects/{project}"
  - match: "GET /t/{tenant}/members"
  - match: "PATCH /t/{tenant}/members/{member}"
  - match: "GET /t/{tenant}/search"
  - {match: "GET /t/{tenant}/export", purpose: export}
  - match: "GET /t/{tenant}/audit"
  - {match: "GET /t/{tenant}/admin/billing", purpose: admin}
  - {match: "GET /t/{tenant}/admin/sso", purpose: admin}
  - {match: "GET /t/{tenant}/admin/roles", purpose: admin}
  - {match: "GET /t/{tenant}/admin/webhooks", purpose: admin}
  - {match: "GET /t/{tenant}/admin/tokens", purpose: admin}
  - match: "POST /graphql"
  - match: "GET /signup/available"
  - match: "GET /sso/start"
  - match: "GET /sso/callback"
  - match: "GET /t/{tenant}/reports/{report}"
  - match: "OPTIONS /graphql"
  - match: "OPTIONS /t/{tenant}/projects"
  - match: "OPTIONS /t/{tenant}/members"
  - {match: "POST /iot/console/login", purpose: login, account: user}
  - match: "GET /iot/devices/{device}/config"
  - match: "POST /iot/devices/{device}/telemetry"
  - match: "PUT /iot/devices/{device}/shadow"
  - match: "GET /iot/firmware/{version}"
  - match: "GET /iot/jobs"
`
