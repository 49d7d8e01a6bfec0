package east

import "slices"

// honestFamilies are all families of honest requests, in a fixed order.
func honestFamilies() []family {
	return slices.Concat(
		healthFamilies(), travelFamilies(), playFamilies(), thingsFamilies(), officeFamilies(), developerFamilies(),
		learnFamilies(), marketFamilies(), headerFamilies(), pathFamilies(),
		lookCode(), lookProse(), lookSyntax(), lookLinks(), lookMachines(), lookTokens(),
	)
}

func one(s ...string) []string { return s }

func healthFamilies() []family {
	return []family{
		{name: "health/fhir-patient-search", place: "query",
			vals: one("‹surname›", "‹native›", "‹first› ‹surname›"),
			reqs: one(
				"GET /fhir/R4/Patient?family:contains=§&birthdate=ge‹date›&_sort=-_lastUpdated&_count=‹10..50›",
				"GET /fhir/Patient?name=§&gender=female&address-city=‹city›&_elements=id,name,telecom")},
		{name: "health/fhir-observation", place: "json",
			vals: one("‹symptom›", "‹say›"),
			reqs: one(`POST /fhir/R4/Observation fhir
{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"‹10..99999›-‹0..9›","display":"Body temperature"}]},"subject":{"reference":"Patient/‹uuid›"},"effectiveDateTime":"‹offset›","valueQuantity":{"value":3‹5..9›.‹0..9›,"unit":"°C","system":"http://unitsofmeasure.org","code":"Cel"},"note":[{"text":"§"}]}`)},
		{name: "health/visit-note", place: "json",
			vals: one("‹essay›", "‹say› ‹drug›, 1-0-1.", "S: ‹symptom›\nO: BP ‹100..150›/‹60..95›\nA: ok\nP: ‹drug›"),
			reqs: one(`POST /v1/clinics/‹slug›/visits json
{"patient_id":"‹uuid›","practitioner":{"name":"Dr. ‹person›","crm":"‹#6›/SP"},"started_at":"‹iso›","note":"§","icd10":["‹L1›‹#2›.‹0..9›","Z‹#2›"],"follow_up":‹true|false›}`,
				`PUT /v1/visits/‹#7›/notes/‹1..9› utf8json
{"text":"§","author":"‹person›","signed":true,"lang":"‹it|pt|tr›"}`)},
		{name: "health/prescription", place: "json",
			vals: one("‹drug›", "‹drug› – ‹say›", "take ‹1..3› tabs every ‹4..12›h; max. ‹3..6›/day"),
			reqs: one(`POST /v1/prescriptions json
{"patient":‹#6›,"items":[{"medication":"‹drug›","dosage":"§","qty":‹1..90›},{"medication":"‹drug›","dosage":"1-0-1","qty":30}],"substitution_allowed":true}`)},
		{name: "health/appointment-form", place: "form",
			vals: one("‹say›", "‹symptom›", "‹person› ‹phone›"),
			reqs: one(`POST /agendar form
nome=‹person›&telefone=‹phone›&email=‹mail›&especialidade=‹cardiologia|pediatria|ortopedia›&data=‹dmy›&obs=§&_token=‹W40›`,
				`POST /prenota form
paziente=‹person›&ora=‹clock›&motivo=§&privacy=on`)},
		{name: "health/hl7-note-xml", place: "xml",
			vals: one("‹say›", "‹symptom›", "‹drug›"),
			reqs: one(`POST /cda/documents xml
<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="2.16.840.1.113883.19.5" extension="‹#8›"/><title>‹title›</title><effectiveTime value="‹#8›"/><recordTarget><patientRole><id extension="‹#9›"/><patient><name><given>‹first›</given><family>‹surname›</family></name></patient></patientRole></recordTarget><component><section><text>§</text></section></component></ClinicalDocument>`)},
		{name: "health/scan-upload", place: "multipart",
			vals: one("‹say›", "‹symptom›", "‹person›"),
			reqs: one(`POST /v1/patients/‹#6›/documents multipart
description
§
~~
kind
lab-report
~~
file;‹file›;application/pdf
%PDF-1.7
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
trailer <</Root 1 0 R>> %%EOF`)},
		{name: "health/wearable-batch", place: "json",
			vals: one("‹Appname› Watch (‹first›)", "‹first›'s band", "‹native›"),
			reqs: one(`POST /v2/wearables/sync json
{"device":{"label":"§","serial":"‹X12›"},"samples":[‹!3..30*,*{"t":‹ms›,"hr":‹48..170›,"steps":‹0..200›,"spo2":‹90..100›}›],"tz":"‹timezone›"}`)},
		{name: "health/insurance-claim-jsonapi", place: "json",
			vals: one("‹say›", "‹company›"),
			reqs: one(`PATCH /claims/‹#8› jsonapi
{"data":{"type":"claims","id":"‹#8›","attributes":{"amount":"‹10..900›.‹10..99›","currency":"‹currency›","remarks":"§"},"relationships":{"provider":{"data":{"type":"providers","id":"‹uuid›"}}}}}`)},
		{name: "health/symptom-checker-graphql", place: "graphql",
			vals: one("‹symptom›", "‹say›"),
			reqs: one(`POST /graphql graphql
{"operationName":"CheckSymptoms","query":"query CheckSymptoms($text: String!, $age: Int) { triage(text: $text, age: $age) { urgency advice { id title } } }","variables":{"text":"§","age":‹1..99›}}`)},
	}
}

func travelFamilies() []family {
	return []family{
		{name: "travel/flight-search", place: "query",
			vals: one("‹iata›", "‹city›", "‹city› (‹iata›)"),
			reqs: one(
				"GET /v3/flights?from=‹iata›&to=§&depart=‹date›&return=‹date›&adults=‹1..5›&cabin=economy&maxPrice=‹100..2000›&currency=‹currency›",
				"GET /busca/voos?destino=§&ida=‹dmy›&volta=‹dmy›&pax[adt]=2&pax[chd]=1")},
		{name: "travel/hotel-autocomplete", place: "query",
			vals: one("‹city›", "hotel ‹word› ‹city›", "b&b ‹city›", "‹street›"),
			reqs: one(
				"GET /suggest?q=§&limit=8&lang=‹pt|it|ja›", "GET /v1/places/autocomplete?input=§&location=‹lat›,‹lon›&radius=‹500..9000›&sessiontoken=‹uuid›")},
		{name: "travel/odata-bookings", place: "query",
			vals: one("contains(GuestName,'‹word›')", "Status eq 'confirmed' and Total gt ‹100..900›", "startswith(City,'‹L1›') or Nights le ‹2..9›"), look: true,
			reqs: one(
				"GET /odata/v4/Bookings?$filter=§&$orderby=CheckIn%20desc&$top=‹10..50›&$expand=Room($select=Id,Name)&$count=true")},
		{name: "travel/booking", place: "json",
			vals: one("‹say›", "late arrival ~‹clock›; ground floor, please", "‹native›"),
			reqs: one(`POST /v1/bookings json
{"hotelId":‹#5›,"checkIn":"‹date›","checkOut":"‹date›","guests":[‹!1..4*,*{"name":"‹person›","age":‹1..90›}›],"requests":"§","payment":{"token":"tok_‹W24›","currency":"‹currency›"}}`)},
		{name: "travel/passenger-names", place: "json",
			vals: one("‹surname›", "‹native›", "‹first› ‹surname›"),
			reqs: one(`PUT /v2/orders/‹L6›/passengers/‹1..6› json
{"title":"‹MR|MS|DR›","givenName":"‹first›","familyName":"§","dob":"‹date›","passport":{"no":"‹L2›‹#7›","country":"‹country›","expires":"‹date›"},"contact":{"email":"‹mail›","phone":"‹phone›"}}`)},
		{name: "travel/gds-soap", place: "xml",
			vals: one("‹say›", "‹surname›/‹first› MR", "VGML; WCHR *‹iata›*"),
			reqs: one(`POST /gds/reservation soap
> soapaction: "http://webservices.example.com/2010A/AddRemark"
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:r="http://example.com/res"><soapenv:Header><r:Session><r:Id>‹W12›</r:Id></r:Session></soapenv:Header><soapenv:Body><r:AddRemark pnr="‹L6›"><r:Type>RM</r:Type><r:Text>§</r:Text></r:AddRemark></soapenv:Body></soapenv:Envelope>`)},
		{name: "travel/review-form", place: "form",
			vals: one("‹say›", "‹essay›"),
			reqs: one(`POST /hotels/‹#5›/reviews form
rating=‹1..5›&title=‹word›+‹word›&body=§&stay=‹date›&lang=‹tr|sv›`)},
		{name: "travel/rsql-trips", place: "query",
			vals: one("destination=='‹city›';price=lt=‹100..900›", "guest.name==\"‹first›*\"", "status=in=(open,paid),total=ge=‹10..99›"), look: true,
			reqs: one(
				"GET /api/trips?filter=§&page=‹0..9›&size=20&sort=price,asc")},
		{name: "travel/ride-jsonrpc", place: "json",
			vals: one("‹street›", "‹city›, ‹street›"),
			reqs: one(`POST /rpc json
{"jsonrpc":"2.0","id":‹1..999›,"method":"ride.estimate","params":{"pickup":{"lat":‹lat›,"lng":‹lon›},"dropoff":{"address":"§"},"class":"‹eco|xl›"}}`)},
		{name: "travel/itinerary-graphql", place: "graphql",
			vals: one("‹city›", "‹say›"),
			reqs: one(`POST /graphql graphql
{"query":"mutation { addStop(tripId: \"‹uuid›\", stop: {name: \"¶\", day: ‹1..14›}) { id name map { lat lng } } }"}`)},
	}
}
