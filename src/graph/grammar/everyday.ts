/**
 * Everyday wordings of common relations and the plain question that a reference work answers: `What do people pay with in X?`
 * asks for a currency, `Which country is governed from X?` for the one with X as its capital. Wordings of English, for single
 * questions that are about to be searched; X is kept as it stands.
 */

const COUNTRY = '(?:country|nation|state|land|republic|kingdom|realm)';
const PEOPLE =
  '(?:people|they|you|one|we|locals|residents|inhabitants|citizens|the locals|the people|I|somebody|someone)';
const MONEY = '(?:money|currency|cash|legal tender|monetary unit|means of payment)';
const NEIGHBOURS =
  '(?:(?:land )?neighbou?rs|neighbou?ring (?:countries|states|nations)|bordering (?:countries|states|nations)|adjacent (?:countries|states))';
const STATES = '(?:other )?(?:countries|states|nations)';
const SCIENTISTS = '(?:scientists|biologists|zoologists|botanists|taxonomists|science|biology)';

/** Regular expressions, anchored at both ends, in which a single capital N, P, K, S, L or D stands for what is asked about. */
const WORDINGS: readonly [wording: string, plain: string][] = [
  // Countries by their capital.
  [
    `Which ${COUNTRY} (?:is|was) (?:governed|ruled|administered|run) (?:from|out of) N`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY}'s (?:government|parliament) (?:sits|resides|is based|is seated|is located|meets) in N`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY} (?:has|uses) (?:the )?N (?:for|as) (?:a |its |the )?capital(?: city)?`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY}'s (?:leaders|rulers|president|king|queen|rulers) (?:govern|rule|reside|sit|live|resides|rules|governs) (?:from|in) N`,
    'Which country has N as its capital',
  ],
  [
    `Which ${COUNTRY}'s (?:capital(?: city)?|seat of government|main city of government) is (?:called|named) N`,
    'Which country has N as its capital',
  ],
  [`Which ${COUNTRY} does N serve as (?:the )?capital(?: city)?(?: of)?`, 'Which country has N as its capital'],
  [`For which ${COUNTRY} does N serve as (?:the )?capital(?: city)?`, 'Which country has N as its capital'],
  [`Of which ${COUNTRY} does N serve as (?:the )?capital(?: city)?`, 'Which country has N as its capital'],
  [`In which ${COUNTRY} is N the capital(?: city)?`, 'Which country has N as its capital'],
  [`Which ${COUNTRY} has its capital (?:in|at) N`, 'Which country has N as its capital'],
  [`Which ${COUNTRY} calls N its capital(?: city)?`, 'Which country has N as its capital'],
  [
    `(?:Which ${COUNTRY}|What) (?:is|has) N (?:as )?(?:the )?(?:capital(?: city)?|seat of government) of`,
    'Which country has N as its capital',
  ],
  [
    `(?:Of|In) which ${COUNTRY} is N the (?:capital(?: city)?|seat of government)`,
    'Which country has N as its capital',
  ],
  // Countries by what lies in them.
  [
    `Which ${COUNTRY} (?:contains|includes|encompasses|surrounds|encloses|is home to|is the home (?:of|to)|is (?:containing|surrounding|including)) P`,
    'In which country is P located',
  ],
  [
    `Which ${COUNTRY} (?:can claim|is boasting|boasts|houses|owns|possesses|hosts|encloses|holds) P`,
    'In which country is P located',
  ],
  [`Which ${COUNTRY} does P form (?:a )?part of`, 'In which country is P located'],
  [
    `(?:Within|In) which ${COUNTRY} (?:does|is) P (?:lie|located|situated|found|to be found)`,
    'In which country is P located',
  ],
  [`In which ${COUNTRY}'s territory (?:does|is) P (?:lie|located)`, 'In which country is P located'],
  [`Which ${COUNTRY} (?:has|is having) P (?:within|inside) its (?:borders|territory)`, 'In which country is P located'],
  [`Which ${COUNTRY} is P (?:in|part of|a part of|located in|situated in|found in)`, 'In which country is P located'],
  [`Which ${COUNTRY} does P (?:belong to|lie in|sit in)`, 'In which country is P located'],
  [`To which ${COUNTRY} does P belong`, 'In which country is P located'],
  [
    `Which ${COUNTRY} (?:does|do|would|must|should) ${PEOPLE} visit to (?:see|find|reach) P`,
    'In which country is P located',
  ],
  // Countries by a code.
  [
    `Which ${COUNTRY} (?:is|does ISO) (?:(?:known|designated|identified|abbreviated|coded|listed|referred to|abbreviate)(?: as| by)? )?(?:the )?(?:code )?K(?: (?:by|in|under) (?:the )?ISO(?: codes?| standard)?)?(?: as)?`,
    'Which country has the ISO code K',
  ],
  [
    `Which ${COUNTRY} is (?:identified|denoted|marked) by the (?:three-letter )?(?:ISO )?code K`,
    'Which country has the ISO code K',
  ],
  [
    `(?:Which ${COUNTRY} does|For which ${COUNTRY} does) the (?:three-letter )?ISO code K stand(?: for)?`,
    'Which country has the ISO code K',
  ],
  [
    `Which ${COUNTRY} (?:has|bears|is bearing|goes by|carries) the (?:three-letter |ISO |country )*code K`,
    'Which country has the ISO code K',
  ],
  [
    `Which ${COUNTRY} does ISO (?:abbreviate|call|list|code|designate|denote|label|know) (?:as )?K(?: as)?`,
    'Which country has the ISO code K',
  ],
  [`Which ${COUNTRY}'s (?:three-letter |ISO )*code is K`, 'Which country has the ISO code K'],
  [
    `Which ${COUNTRY}'s (?:websites|web sites|web addresses|internet addresses|domains|sites) end (?:in|with) D`,
    'Which country has the internet domain D',
  ],
  [
    `Which ${COUNTRY} (?:has|uses|is using|is having) D as (?:its|the) internet domain`,
    'Which country has the internet domain D',
  ],
  [`Which ${COUNTRY}'s internet domain (?:is|ends in) D`, 'Which country has the internet domain D'],
  [`Which ${COUNTRY} (?:owns|uses|has) the domain D`, 'Which country has the internet domain D'],
  [`For which ${COUNTRY} is D the internet domain`, 'Which country has the internet domain D'],
  [`Which ${COUNTRY} is (?:assigned|given|allotted) the internet domain D`, 'Which country has the internet domain D'],
  [
    `(?:To which ${COUNTRY} does|Which ${COUNTRY} does) the (?:internet domain|web ending|internet ending) D belong(?: to)?`,
    'Which country has the internet domain D',
  ],
  [`(?:Which ${COUNTRY}|What) is D the internet domain of`, 'Which country has the internet domain D'],
  // Neighbours.
  [
    `(?:What|Which) (?:${COUNTRY} )?(?:is (?:the )?)?neighbou?r(?:ing country)? of N (?:with|has) the (?:largest|biggest|greatest) (?:area|territory|size)`,
    'What is the largest neighbour of N',
  ],
  [
    `(?:What|Which) (?:is (?:the )?)?(?:largest|biggest) ${COUNTRY} (?:with which N shares a border|(?:that |which )?(?:does )?N borders?(?: on)?)`,
    'What is the largest neighbour of N',
  ],
  [
    `(?:What|Which) is the (?:largest|biggest) (?:among|of|amongst) the neighbou?rs of N`,
    'What is the largest neighbour of N',
  ],
  [
    `How many ${STATES} (?:lie next to|lie beside|are neighbou?rs of|border upon|bound|touch) N`,
    'How many countries border N',
  ],
  [`(?:On|With) how many ${STATES} does N (?:border|have a border|share a border)`, 'How many countries border N'],
  [
    `(?:What|Which) (?:is (?:the )?)?(?:largest|biggest) (?:neighbou?ring |bordering )?${COUNTRY} (?:that |which )?(?:is )?(?:borders|bordering|adjacent to|next to|adjoins|adjoining|neighbours|neighbouring|beside|shares a border with|sharing a border with|touches|touching) N`,
    'What is the largest neighbour of N',
  ],
  [
    `(?:What|Which) is the (?:largest|biggest) (?:one )?of (?:the )?(?:(?:${STATES}) (?:that |which )?(?:border|bordering|neighbour|adjoin|surrounding|surround|next to|adjacent to|touch)|${NEIGHBOURS} of) N`,
    'What is the largest neighbour of N',
  ],
  [`(?:What|Which) is the (?:biggest|largest) neighbou?r(?:ing country)? of N`, 'What is the largest neighbour of N'],
  [
    `(?:With|By) how many ${STATES} (?:does|is) N (?:share (?:a |its )?(?:land )?borders?|border(?:ed)?|surrounded|adjoined)`,
    'How many countries border N',
  ],
  [`How many ${NEIGHBOURS} (?:does|has) N(?: have)?`, 'How many countries border N'],
  [
    `How many ${STATES} (?:does|do) N (?:border|adjoin|touch|border on|share a border with|neighbour)`,
    'How many countries border N',
  ],
  [
    `How many ${STATES} (?:surround|surrounding|adjoin|neighbour|touch|border on|have a (?:land )?border with|share (?:a|their) (?:land )?border with|are next to|are adjacent to) N`,
    'How many countries border N',
  ],
  [`What is the number of (?:${NEIGHBOURS} of|${STATES} (?:that border|bordering)) N`, 'How many countries border N'],
  // Money.
  [`What (?:do|does|would|can) ${PEOPLE}(?: there)? pay (?:with|in) in N`, 'What is the currency of N'],
  [`What (?:do|does) (?:${PEOPLE}|the people) (?:in|of) N pay (?:with|in)`, 'What is the currency of N'],
  [`(?:With|In) (?:what|which) ${MONEY} (?:do|does|would|can|is) ${PEOPLE} pay in N`, 'What is the currency of N'],
  [`(?:With|In) (?:what|which) ${MONEY} (?:do|does) ${PEOPLE} (?:in|of) N pay`, 'What is the currency of N'],
  [
    `(?:What|Which)(?: kind of| sort of)? ${MONEY} (?:do|does|would|should|will) ${PEOPLE} (?:use|need|spend|require)(?: to pay)? in N`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which)(?: kind of| sort of)? ${MONEY} (?:is used|is in use|circulates|is valid|is accepted|is spent|is current) in N`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which) is the ${MONEY} (?:(?:used|circulating|in use|people use|that is used|they use) )?(?:in|of|by) N`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which) is the ${MONEY} (?:that |which )?(?:(?:is used|circulates|people use)) in N`,
    'What is the currency of N',
  ],
  [`How (?:do|does|can|would) ${PEOPLE} pay in N`, 'What is the currency of N'],
  [
    `(?:What|Which) (?:coins and notes|notes and coins|coins|banknotes) (?:are (?:used|in use|in circulation)|circulate) in N`,
    'What is the currency of N',
  ],
  [`What is used as (?:money|currency|means of payment) in N`, 'What is the currency of N'],
  [
    `What (?:do|does) (?:the )?${PEOPLE} (?:in|of) N use (?:as|for) (?:money|currency|payment)`,
    'What is the currency of N',
  ],
  [`In (?:what|which) currency are (?:prices|goods) (?:quoted|sold|priced) in N`, 'What is the currency of N'],
  [
    `(?:What|Which) (?:currency|money) (?:has N adopted|do (?:the )?shops in N (?:accept|take)|is the (?:official|national) one in N|(?:is|do) (?:you|one|people|they) (?:spend|pay with|use) in N)`,
    'What is the currency of N',
  ],
  [
    `(?:What|Which) is the (?:unit of currency|national currency|official currency|money|monetary unit) (?:in|of) N`,
    'What is the currency of N',
  ],
  [`(?:What|Which) ${MONEY} does N use`, 'What is the currency of N'],
  [
    `(?:Which|What) (?:smaller unit|subunit|fractional unit|coin unit|smaller coin|coin) (?:makes up|divides|is (?:a )?(?:fraction|part|hundredth) of) N`,
    'What smaller unit is N divided into',
  ],
  [
    `(?:Into|In) (?:which|what) (?:smaller unit|subunit|coin unit|coins?|smaller units|units) (?:is|can) N (?:be )?(?:divided|subdivided|split|broken down)`,
    'What smaller unit is N divided into',
  ],
  [
    `What (?:is|does) N (?:divided into|subdivided into|split into|made up of|consist of)`,
    'What smaller unit is N divided into',
  ],
  [
    `(?:What|Which) (?:smaller unit|subunit|coin unit|smaller units) (?:is|does) N (?:split into|subdivided into|broken down into|made up of|consist of|have)`,
    'What smaller unit is N divided into',
  ],
  [`(?:With|In) what (?:do|does|can|would) ${PEOPLE} pay in N`, 'What is the currency of N'],
  // Languages.
  [
    `(?:What|Which) language (?:is officially (?:spoken|used)|is official|has official status|is the official one|do (?:officials|${PEOPLE}) (?:officially )?(?:speak|use)(?: officially)?) in N`,
    'What is the official language of N',
  ],
  [
    `(?:What|Which) is the language (?:of officials|officially spoken|(?:that is )?spoken officially|officially used|that is officially spoken) in N`,
    'What is the official language of N',
  ],
  [
    `(?:What|Which) language (?:is the (?:official|state) language of|has been made official in|is the official one of) N`,
    'What is the official language of N',
  ],
  [
    `(?:What|Which) language (?:do|does) the (?:authorities|officials|government|state|administration) (?:of|in) N (?:use|speak)`,
    'What is the official language of N',
  ],
  [
    `In (?:what|which) language (?:do|does) the (?:authorities|officials|government) of N (?:work|operate|function)`,
    'What is the official language of N',
  ],
  [`What is the state language of N`, 'What is the official language of N'],
  [`What (?:do|does) ${PEOPLE} officially speak in N`, 'What is the official language of N'],
  [`(?:What|Which) official language does N have`, 'What is the official language of N'],
  // Government, cities.
  [
    `(?:From which city|What city|Which city) is N (?:governed|ruled|run|administered)(?: from)?`,
    'What is the capital of N',
  ],
  [`Where (?:is|does) the government of N (?:based|seated|located|sit)`, 'What is the capital of N'],
  [`(?:What|Which) is the city from which N is (?:governed|ruled|run)`, 'What is the capital of N'],
  [`(?:What do ${PEOPLE} call|What is the name of) the capital of N`, 'What is the capital of N'],
  [
    `(?:Which|What) (?:city )?(?:is it that )?(?:serves as|acts as|is it that is) the capital(?: city)? of N`,
    'What is the capital of N',
  ],
  [
    `(?:What|Which) (?:city|town|place) (?:functions|acts|serves) as (?:the )?(?:capital|seat of government)(?: city)? (?:of|in|for) N`,
    'What is the capital of N',
  ],
  [
    `In (?:which|what) (?:city|town) (?:does|is) the government of N (?:sit|meet|reside|based|located|seated)`,
    'What is the capital of N',
  ],
  [`(?:Which|What) (?:city|town|place) is the (?:capital|capital city) (?:of|in) N`, 'What is the capital of N'],
  [`(?:What|Which) capital(?: city)? does N have`, 'What is the capital of N'],
  [`(?:Which|What) city does N have (?:as|for) (?:its|a) capital(?: city)?`, 'What is the capital of N'],
  [`(?:Which|What) city is the capital(?: city)? of N`, 'What is the capital of N'],
  [
    `What is the (?:biggest|most populous|most inhabited|most populated) city (?:in|of) N(?: called)?`,
    'What is the largest city of N',
  ],
  [`Where do (?:the )?most people live in N`, 'What is the largest city of N'],
  [
    `(?:Which|What) (?:city|town) (?:in|of) N has the (?:largest|biggest|highest|greatest) (?:population|number of (?:people|inhabitants|residents))`,
    'What is the largest city of N',
  ],
  [`Which is the (?:largest|biggest) city (?:in|of) N`, 'What is the largest city of N'],
  [`Which city is the (?:largest|biggest|most populous) (?:in|of) N`, 'What is the largest city of N'],
  [`What is the largest city in N(?: called)?`, 'What is the largest city of N'],
  [
    `Which city (?:in|of) N is (?:the )?(?:biggest|largest|most populous|most populated)`,
    'What is the largest city of N',
  ],
  [
    `Which (?:of the cities|one of the cities|city) (?:in|of) N (?:has|counts) the (?:most|largest number of) (?:people|inhabitants|residents)`,
    'What is the largest city of N',
  ],
  [`Which city has the most (?:people|inhabitants|residents) in N`, 'What is the largest city of N'],
  [`Where (?:in|on) (?:the world|earth) (?:is|does) N(?: lie| located| situated)?`, 'In which part of the world is N'],
  [
    `(?:In|To|Of) (?:which|what) (?:part|region) of the (?:world|globe) (?:is|does) N (?:lie|belong|situated|located|found|a part|part)`,
    'In which part of the world is N',
  ],
  [
    `(?:Which|What) (?:part|region) of the (?:world|globe) (?:is|does) N (?:lie in|belong to|in|part of|situated in|located in)`,
    'In which part of the world is N',
  ],
  // People.
  [`How many(?: people| inhabitants| residents)? (?:live|dwell|reside) in N`, 'What is the population of N'],
  [`N (?:is home to|has|counts) how many (?:people|inhabitants|residents)`, 'What is the population of N'],
  [`(?:What|How large a|How big a) population does N (?:have|count)`, 'What is the population of N'],
  [`How (?:populous|populated|many inhabitants) is N`, 'What is the population of N'],
  [
    `How many (?:people|residents|inhabitants) (?:does N (?:have|count|house)|are there in N|are living in N)`,
    'What is the population of N',
  ],
  [
    `What is the (?:number|count) of (?:people|inhabitants|residents)(?: who live| living)? (?:in|of) N`,
    'What is the population of N',
  ],
  [`How (?:are|do) the (?:people|inhabitants|natives) of N (?:called|call themselves)`, 'What is the demonym of N'],
  [
    `What (?:do|would|does) ${PEOPLE} call (?:a person|a native|a citizen|an inhabitant|someone|somebody|people) (?:from|of) N`,
    'What is the demonym of N',
  ],
  [
    `When did N (?:gain|get|achieve|win|obtain|declare|attain|acquire|secure|receive) (?:its |their )?(?:independence|freedom|sovereignty)`,
    'In which year did N become independent',
  ],
  [`When (?:was|did) independence (?:achieved by|come to|gained by) N`, 'When did N become independent'],
  [
    `In (?:which|what) year (?:was|did) independence (?:achieved by|come to|gained by) N`,
    'In which year did N become independent',
  ],
  [`In (?:which|what) year was N granted (?:its )?independence`, 'In which year did N become independent'],
  [`Since (?:when|which year|what year) (?:has|is) N (?:been )?independent`, 'In which year did N become independent'],
  [`What is the year of (?:the )?independence of N`, 'In which year did N become independent'],
  [
    `(?:From|Since) (?:which|what) (?:year|date)(?: on(?:wards)?)? (?:was|is|has) N (?:been )?independent`,
    'In which year did N become independent',
  ],
  [
    `What (?:is|was) the year (?:in which|when|that) N (?:became|was) independent`,
    'In which year did N become independent',
  ],
  [`(?:What|Which) year marks the independence of N`, 'In which year did N become independent'],
  [`When was N granted (?:its )?independence`, 'In which year did N become independent'],
  // Sizes.
  [`How large an? (?:area|territory) does N (?:cover|have|occupy)`, 'What is the area of N'],
  [
    `How (?:much|big an?|great an?) (?:territory|area|space|land) does N (?:have|cover|occupy|take up|possess)`,
    'What is the area of N',
  ],
  [
    `(?:Over|Across) how many square (?:kilomet(?:re|er)s|miles) does N (?:extend|stretch|spread)`,
    'What is the area of N',
  ],
  [
    `How (?:much|many square kilomet(?:re|er)s of) (?:land|ground|territory|surface) (?:does|is) N (?:cover|have|occupy|contain)`,
    'What is the area of N',
  ],
  [`What (?:area|territory) does N (?:cover|occupy|take up)`, 'What is the area of N'],
  [`How (?:large|big|extensive|vast) is the (?:territory|surface|land) of N`, 'What is the area of N'],
  [
    `What is the (?:territory|surface|surface area|land area|total area|size|extent|land|ground|space) of N`,
    'What is the area of N',
  ],
  // Codes and addresses.
  [`What (?:do|does) (?:web|internet) addresses (?:in|of|from) N end (?:in|with)`, 'What is the internet domain of N'],
  [`(?:Which|What) internet domain belongs to N`, 'What is the internet domain of N'],
  [
    `(?:Which|What) calling code (?:is used for|(?:do|must|would) ${PEOPLE} dial (?:for|to reach|to call)|belongs to) N`,
    'What is the calling code of N',
  ],
  [`What is the calling code for (?:phone |telephone )?calls to N`, 'What is the calling code of N'],
  [
    `(?:Which|What) (?:language family|family of languages|group of languages) (?:includes|contains) N`,
    'What is N a kind of',
  ],
  [`To (?:which|what) (?:language family|family of languages|group of languages) does N belong`, 'What is N a kind of'],
  [`(?:In|With) what do (?:the )?(?:web|internet) addresses (?:in|of|from) N end`, 'What is the internet domain of N'],
  [
    `(?:What|Which) (?:internet )?domain do (?:the )?(?:websites|sites|web addresses) (?:in|of|from) N (?:have|use|end in)`,
    'What is the internet domain of N',
  ],
  [`(?:What|Which) internet domain does N use`, 'What is the internet domain of N'],
  [
    `(?:What|Which) (?:number|code) (?:do|does|must|should) ${PEOPLE} dial (?:first )?to (?:call|reach|phone|ring) N`,
    'What is the calling code of N',
  ],
  [`What is the calling code for N`, 'What is the calling code of N'],
  [`(?:Of|To) (?:which|what) (?:language )?(?:group|family)(?: of languages)? is N a member`, 'What is N a kind of'],
  [
    `In (?:which|what) (?:area|part|region|corner) of the (?:world|globe|earth) (?:do|can|would|does|is) (?:${PEOPLE} )?(?:find )?N(?: located| lie| situated)?`,
    'In which part of the world is N',
  ],
  [
    `(?:Which|What) (?:part|region|area) of the (?:world|globe) (?:contains|includes|comprises) N`,
    'In which part of the world is N',
  ],
  // Names of living and other things.
  [`By (?:what|which) other names? is N (?:also )?(?:known|called)`, 'What is another name for N'],
  [`What(?: is|'s|’s) another (?:word|term|name) (?:for|of) N`, 'What is another name for N'],
  [`What (?:other|alternative) names? does N (?:have|go by|bear)`, 'What is another name for N'],
  [`What else (?:is|are) N called`, 'What is another name for N'],
  [`How (?:is|are) N called scientifically`, 'What is the scientific name of N'],
  [
    `What (?:Latin |scientific )?name (?:have|do|did) ${SCIENTISTS} (?:given|give|use for|given to|give to) N`,
    'What is the scientific name of N',
  ],
  [
    `(?:By|Under) (?:what|which) (?:scientific|Latin|binomial) name is N (?:known|classified)`,
    'What is the scientific name of N',
  ],
  // Elements.
  [
    `Which (?:chemical )?element (?:is|do chemists) (?:written|abbreviated|denoted|symboli[sz]ed|represented|write|abbreviate|denote)(?: as| by| with)?(?: the (?:letters?|symbol))? S`,
    'Which element has the symbol S',
  ],
  [
    `(?:Which|What) (?:chemical )?element (?:does (?:the symbol )?S (?:stand for|denote|represent)|is S the symbol (?:of|for))`,
    'Which element has the symbol S',
  ],
  [`(?:Which|What) letters? stands? for N`, 'What is the symbol of N'],
  [
    `(?:By|With) (?:which|what) (?:chemical )?(?:symbol|letters?) is N (?:denoted|represented|known|written|abbreviated)`,
    'What is the symbol of N',
  ],
  [
    `(?:What|Which) (?:chemical )?symbol (?:do (?:chemists|scientists) (?:use|write) for|stands for|does) N(?: have)?`,
    'What is the symbol of N',
  ],
  [`How (?:do chemists (?:write|abbreviate)|is) N(?: abbreviated| written| denoted)`, 'What is the symbol of N'],
  [`(?:What|Which) (?:atomic )?number does N have(?: in the periodic table)?`, 'What is the atomic number of N'],
  [`How (?:heavy is|much does) an atom of N(?: weigh)?`, 'What is the atomic mass of N'],
  [`What is N (?:also|otherwise) (?:called|known as|named)`, 'What is another name for N'],
  [`(?:Is there|What is) another (?:name|word|term) for N`, 'What is another name for N'],
  [`How else is N called`, 'What is another name for N'],
  [`(?:How|What) do ${SCIENTISTS} call N`, 'What is the scientific name of N'],
  [`What do ${PEOPLE} call N in Latin`, 'What is the scientific name of N'],
  [`(?:Which|What) scientific name does N (?:bear|carry|have)`, 'What is the scientific name of N'],
  [`N is known to science (?:as what|by what name)`, 'What is the scientific name of N'],
  [`N is a (?:kind|type|sort) of what`, 'What is N a kind of'],
  [`(?:Which|What) (?:category|class|kind|type|group) of things (?:does N belong to|is N)`, 'What is N a kind of'],
  [
    `Which (?:animal|creature|living thing|organism|species|plant|thing) (?:do ${SCIENTISTS} call|is called by ${SCIENTISTS}|is (?:scientifically )?(?:known|named|called)(?: to science| scientifically| in Latin)?(?: as)?) L(?: in Latin)?`,
    'Which living thing has the scientific name L',
  ],
  ...['block', 'period'].flatMap((part): [string, string][] => [
    [`In (?:which|what) ${part} is (?!of )N`, `In which ${part} of the periodic table is N`],
    [`(?:Which|What) ${part} (?:does N belong to|is N in)`, `In which ${part} of the periodic table is N`],
  ]),
  // Taxa.
  ...['genus', 'family', 'order', 'class', 'phylum'].flatMap((taxon): [string, string][] => [
    [`(?:Which|What) ${taxon} (?:includes|contains|comprises|covers|holds) N`, `To which ${taxon} does N belong`],
    [
      `(?:In|Under) (?:which|what) ${taxon} (?:is|are) N(?: classified| placed| found| grouped| put| listed)?`,
      `To which ${taxon} does N belong`,
    ],
    [
      `(?:What|Which) ${taxon} (?:is|are) N (?:in|part of|(?:classified|placed|grouped|put) (?:in|under))`,
      `To which ${taxon} does N belong`,
    ],
    [`(?:What|Which) ${taxon} does N (?:belong to|fall under|fall in|form part of)`, `To which ${taxon} does N belong`],
    [`Of (?:which|what) ${taxon} is N (?:a )?(?:member|part)`, `To which ${taxon} does N belong`],
    [
      `(?:In|Under) (?:which|what) ${taxon} (?:do|does|have) ${SCIENTISTS} (?:place|put|classify|classified|placed) N`,
      `To which ${taxon} does N belong`,
    ],
  ]),
  // Lives.
  [`In (?:what|which) year was the birth of N`, 'In which year was N born'],
  [`N died (?:in (?:what|which) year|when)`, 'In which year did N die'],
  [`N was born (?:in (?:what|which) year|when)`, 'In which year was N born'],
  [`(?:What|Which) year saw the birth of N`, 'In which year was N born'],
  [`(?:What|Which) year saw the death of N`, 'In which year did N die'],
  [`When did N (?:come into the world|see the light of day)`, 'When was N born'],
  [`In (?:what|which) year did N (?:come into the world|see the light of day)`, 'In which year was N born'],
  [`(?:When|In (?:what|which) year) did (?:the )?life of N end`, 'When did N die'],
];

/** What may stand for N (a phrase), P (a name), K (a code), S (a symbol of one or two letters), L (a scientific name) and D (an internet domain). */
const SLOTS: Readonly<Record<string, string>> = {
  N: '(.{1,200}?)',
  P: '((?:the )?[\\p{Lu}⟦“].{0,80}?)',
  K: '(⟦?[A-Z]{2,3}⟧?)',
  L: '(⟦?\\p{Lu}\\p{Ll}+(?: \\p{Ll}+){1,3}⟧?)',
  S: '(⟦?[A-Z][a-z]?⟧?)',
  D: '(⟦?\\.[a-z]{2,6}⟧?)',
};
const SLOT = /(?<![A-Za-z])([NPKDSL])(?![A-Za-z])/g;

/** Question words that a wording can begin with, so that most rules need not be tried. */
const OPENINGS = [
  'Since',
  'Is',
  'Over',
  'Across',
  'Within',
  'What',
  'Which',
  'How',
  'In',
  'To',
  'By',
  'With',
  'From',
  'Of',
  'On',
  'For',
  'Under',
  'Where',
  'When',
];

const RULES = WORDINGS.map(([wording, plain]) => {
  const pattern = wording.replace(SLOT, (letter) => SLOTS[letter]!);
  return { wording: new RegExp(`^${pattern}\\?*$`, 'u'), plain, openings: openingsOf(wording) };
});

/** The first words a wording allows; empty where it begins with what it asks about. */
function openingsOf(wording: string): ReadonlySet<string> {
  const lead = /^(?:\(\?:[^()]*\)|[A-Z][a-z]+)/.exec(wording)?.[0] ?? '';
  return new Set(OPENINGS.filter((word) => new RegExp(`\\b${word}\\b`).test(lead)));
}

/** A phrase with a clause or another phrase in it. */
const CLAUSE = /^(?:the|this|that) (?:\p{Ll}+ )+(?:that|which|whose|who|where|in|with|\p{Lu})/u;

/** The plain question of an everyday one; undefined where it is none of these. */
export function plainWording(question: string): string | undefined {
  if (question.length > 400) return undefined;
  const first = question.slice(0, 12).split(/[ ']/, 1)[0]!;
  for (const { wording, plain, openings } of RULES) {
    if (openings.size > 0 && !openings.has(first)) continue;
    const match = wording.exec(question);
    const named = match?.slice(1).find((text) => text !== undefined);
    // A phrase that is yet to be looked up stands last, where its end is plain.
    if (named !== undefined && !/N$/.test(plain) && /N/.test(plain) && CLAUSE.test(named)) continue;
    if (named !== undefined) return `${plain.replace(SLOT, () => named)}?`;
  }
  return undefined;
}
