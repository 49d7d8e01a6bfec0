package inventory

import (
	"strings"

	"picket/controlplane"
	"picket/filter/identify"
)

// wellKnown are names of fields and headers that so many services use that they tell nothing of anybody.
const wellKnown = `
	id ids uuid guid key name names title label slug code type kind status state role roles scope scopes group groups category
	categories tag tags email username user user_id userId login password passwd pass pwd pin otp secret token access_token
	refresh_token api_key apikey auth session csrf_token nonce first_name firstName last_name lastName full_name display_name
	displayName nickname phone mobile address street city zip postcode country state_code region language lang locale currency
	amount price total quantity qty count size weight color date time timestamp created_at createdAt updated_at updatedAt start
	end from to since until year month day q query search keyword keywords term terms filter filters where sort sort_by sortBy
	order order_by orderBy orderby direction page per_page page_size pageSize limit offset cursor next prev first last after before
	fields include exclude expand embed select columns group_by view format output callback redirect redirect_uri redirectUrl
	redirect_url return returnUrl return_url next_url url uri link href src image avatar icon file filename path dir folder host
	domain ip port site website webhook webhook_url callback_url target source destination action cmd command exec method op
	operation operationName variables mutation input data payload body content text message messages comment comments note notes
	description summary subject reason feedback review bio about html markdown template script code_snippet sql xml json config
	settings options params parameters metadata attributes properties value values items item list object entity product product_id
	productId customer customer_id customerId account account_id accountId order_id orderId invoice invoice_id event events version
	lineNumber line device device_id deviceId platform os app client_id client_secret grant_type response_type enabled active debug
	accept accept-encoding accept-language authorization cache-control connection content-disposition content-encoding
	content-length content-type cookie expect forwarded host if-match if-modified-since if-none-match origin pragma
	proxy-authorization range referer referrer te trailer transfer-encoding upgrade user-agent via x-api-key x-api-version
	x-correlation-id x-csrf-token x-forwarded-for x-forwarded-host x-forwarded-proto x-http-method-override x-original-url
	x-real-ip x-request-id x-requested-with x-rewrite-url x-xsrf-token traceparent tracestate true-client-ip cf-connecting-ip
	__proto__ constructor prototype sessionid session_id sid connect.sid JSESSIONID PHPSESSID remember_me theme
	card imei iccid msisdn national`

// fieldNames gives the well-known names by their hashes.
func fieldNames(key *identify.Key) map[uint64]string {
	names := map[uint64]string{}
	for _, n := range strings.Fields(wellKnown) {
		names[key.Hash(identify.DomainWord, []byte(n))] = n
	}
	return names
}

// Use counts a caller as a consumer of a word that stands in no endpoint: the name of a field in which something was found.
// Once enough distinct ones used it, filters are asked for it. A name that is known anyway is left alone.
func (v *Inventory) Use(hash uint64, c controlplane.Caller) {
	by := userOf(c)
	if hash == 0 || by.address == 0 {
		return
	}
	p := v.policy()
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, known := v.field(p, hash); !known {
		v.useWord(max(p.Words, 1), hash, by)
	}
}

// Field gives the name of a field by its hash: a well-known one, one that the policy names, or a word that was told. It
// reports whether the name is known.
func (v *Inventory) Field(hash uint64) (name string, known bool) {
	p := v.policy()
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.field(p, hash)
}

func (v *Inventory) field(p *Policy, hash uint64) (name string, known bool) {
	if name, known = v.fields[hash]; known {
		return name, true
	}
	if name, known = p.Fields[hash]; known {
		return name, true
	}
	if w := v.words[hash]; w != nil && w.text != "" {
		return w.text, true
	}
	return "", false
}
